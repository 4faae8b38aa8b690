import { rootOf, toLeafLines } from '../../src/audit/checkpoint.js';
import { KeySigner } from '../../src/audit/signer.adapter.js';
import { COVERED, otherAmount, row, type Row } from './tamper-rows.js';
import { CHECKPOINT, person } from './tampering-folder.js';
import { signedBy } from './tampered-file.js';

const notSigned = { signature: Buffer.alloc(64, 7).toString('base64url') };

const FORGED: readonly Row[] = [
  row('the signature', 'checkpoint-forged signature-invalid', 'checkpoint 2', (file) =>
    file.forgeCheckpoint(2, () => notSigned),
  ),
  row('a checkpoint between others', 'checkpoint-forged signature-invalid', 'checkpoint 1', (file) =>
    file.forgeCheckpoint(1, () => notSigned),
  ),
  row('signed by another key', 'checkpoint-forged key-unknown', 'checkpoint 2', (file) =>
    file.forgeCheckpoint(2, (data) => signedBy(KeySigner.fresh(), data)),
  ),
  row('another key under the name of ours', 'checkpoint-forged signature-invalid', 'checkpoint 2', (file) =>
    file.forgeCheckpoint(2, (data) => ({ signature: signedBy(KeySigner.fresh(), data).signature })),
  ),
  row('the instant', 'checkpoint-forged head-differs', 'checkpoint 2', (file) =>
    file.forgeCheckpoint(2, () => ({ at: '2025-01-01T00:00:00.000Z' as never })),
  ),
  row('the root', 'checkpoint-forged root-differs', 'checkpoint 2', (file) =>
    file.forgeCheckpoint(2, () => ({ root: 'a'.repeat(64) })),
  ),
  row('the link', 'checkpoint-forged link-differs', 'checkpoint 2', (file) =>
    file.forgeCheckpoint(2, () => ({ previous: 'a'.repeat(64) })),
  ),
  row('the number', 'checkpoint-forged number-differs', 'checkpoint 2', (file) =>
    file.forgeCheckpoint(2, () => ({ number: 3 })),
  ),
  row('the first event', 'checkpoint-forged first-differs', 'checkpoint 2', (file) =>
    file.forgeCheckpoint(2, () => ({ first: '7' })),
  ),
  row('the count', 'checkpoint-forged count-differs', 'checkpoint 2', (file) =>
    file.forgeCheckpoint(2, ({ count }) => ({ count: count - 1 })),
  ),
  row('a leaf', 'checkpoint-forged root-differs', 'checkpoint 2', (file) =>
    file.forgeCheckpoint(2, ({ leaves }) => ({
      leaves: leaves.replace(/.$/, leaves.endsWith('A') ? 'E' : 'A'),
    })),
  ),
  row('the line of a leaf', 'checkpoint-forged leaves-differ', 'checkpoint 2', (file) =>
    file.forgeCheckpoint(2, ({ leaves }) => ({
      leaves: leaves.replace(`${person(7)} 41`, `${person(7)} 44`),
    })),
  ),
  row('leaves that are none', 'checkpoint-forged leaves-unreadable', 'checkpoint 2', (file) =>
    file.forgeCheckpoint(2, () => ({ leaves: 'x' })),
  ),
  row('no statement at all', 'checkpoint-forged statement-unreadable', 'checkpoint 2', (file) =>
    file.forge({ stream: CHECKPOINT, revision: 2 }, () => '{}'),
  ),
  row(
    'a changed event and every checkpoint anew, by another key',
    'checkpoint-forged key-unknown',
    'checkpoint 0',
    (file) => {
      file.forge(COVERED, otherAmount, true);
      file.signAnew(KeySigner.fresh());
    },
  ),
  row('leaves of other events', 'checkpoint-forged root-differs', 'checkpoint 2', (file) =>
    file.forgeCheckpoint(2, ({ count }) => ({
      leaves: toLeafLines(
        Array.from({ length: count }, (_, i) => ({
          stream: 'x',
          revision: BigInt(i),
          hash: 'b'.repeat(64),
        })),
      ),
    })),
  ),
];

/** `signer`: the key of the installation, fallen into the wrong hands. */
export const forgedBy = (signer: KeySigner): readonly Row[] => [
  ...FORGED,
  row(
    'a changed event and every checkpoint anew, by the key itself',
    'checkpoint-forged anchor-differs',
    'checkpoint 2',
    (file) => {
      file.forge(COVERED, otherAmount, true);
      file.signAnew(signer);
    },
  ),
  row('an empty checkpoint', 'checkpoint-forged statement-unreadable', 'checkpoint 2', (file) =>
    file.forgeCheckpoint(2, (data) => signedBy(signer, { ...data, count: 0, root: rootOf([]) })),
  ),
];
