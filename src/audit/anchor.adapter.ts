import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AnchorUnreadable, CheckpointAnchor } from './anchor.js';
import { toSignedHead, type SignedHead } from './checkpoint.js';

/** The anchor in a JSON file of its own, replaced as a whole. */
export class FileAnchor extends CheckpointAnchor {
  constructor(private readonly path: string) {
    super();
  }

  async find(): Promise<SignedHead | undefined> {
    const text = await this.readText();
    if (text === undefined) return undefined;
    const signed = toSignedHead(toJson(text));
    if (!signed) throw new AnchorUnreadable('the file of the newest checkpoint is damaged');
    return signed;
  }

  async put(signed: SignedHead): Promise<void> {
    const temporary = `${this.path}.${randomBytes(6).toString('hex')}`;
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(signed, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.path);
    await this.syncFolder();
  }

  async clear(): Promise<void> {
    await rm(this.path, { force: true });
    await this.syncFolder();
  }

  private async readText(): Promise<string | undefined> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  private async syncFolder(): Promise<void> {
    const folder = await open(dirname(this.path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

const toJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
