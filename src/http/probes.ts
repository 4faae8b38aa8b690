import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';

/** Less room than this, and the next commits may fail. */
const FREE_BYTES_MIN = 64 * 1024 * 1024;

/** Looks whether the data folder could take events now. */
export class StoreProbe {
  constructor(private readonly dataDir: string) {}

  /** `undefined`, or what is wrong in a few words. */
  async faultOf(): Promise<string | undefined> {
    try {
      await access(this.dataDir, constants.W_OK);
      const { bavail, bsize } = await statfs(this.dataDir);
      return bavail * bsize < FREE_BYTES_MIN ? 'the disk is almost full' : undefined;
    } catch {
      return 'the data folder cannot be written';
    }
  }
}
