import type { Check, FaultKind } from '../../src/audit/faults.js';
import { NO_STREAM, seal } from '../../src/event-store/chain.js';
import { contextOf } from './log.js';
import { CHECKPOINT, person, SHORT } from './tampering-folder.js';
import type { Place, TamperedFile } from './tampered-file.js';

/** What is done to a file, what `verify` calls it, and at which event (stream and revision). */
export type Row = readonly [
  what: string,
  named: `${FaultKind} ${Check}`,
  place: string,
  tamper: (file: TamperedFile) => void,
];
export const row = (...parts: Row): Row => parts;

/** An event under the first checkpoint, one behind the last, and others to do something with. */
export const COVERED = { stream: person(7), revision: 5 };
export const TAIL = { stream: person(7), revision: 57 };
const at = (n: number, revision: number): Place => ({ stream: person(n), revision });
export const otherAmount = (data: string): string => data.replace('1200.04', '9200.04');

export const CHANGED: readonly Row[] = [
  row('a byte of data, under a checkpoint', 'changed hash-differs', 'individual-p07 5', (file) =>
    file.set(COVERED, { data: otherAmount(file.at(COVERED).data) }),
  ),
  row('a byte of data, behind the last checkpoint', 'changed hash-differs', 'individual-p07 57', (file) =>
    file.set(TAIL, { data: otherAmount(file.at(TAIL).data) }),
  ),
  row('who did it, in metadata', 'changed hash-differs', 'individual-p07 5', (file) =>
    file.set(COVERED, { metadata: file.at(COVERED).metadata.replace('agency', 'portal') }),
  ),
  row('metadata that is no JSON any more', 'changed unreadable', 'individual-p07 5', (file) =>
    file.set(COVERED, { metadata: '{' }),
  ),
  row('the type', 'changed hash-differs', 'individual-p07 57', (file) =>
    file.set(TAIL, { type: 'ContributionReversed' }),
  ),
  row('the stream', 'changed hash-differs', 'individual-other 5', (file) =>
    file.set(COVERED, { stream: 'individual-other' }),
  ),
  row(
    'an event forged with a hash that fits it, under a checkpoint',
    'changed leaf-differs',
    'individual-p07 5',
    (file) => file.forge(COVERED, otherAmount),
  ),
  row(
    'an event forged with a hash that fits it, behind the last checkpoint',
    'changed prev-differs',
    'individual-p07 57',
    (file) => file.forge(TAIL, otherAmount),
  ),
  row('a stream hashed anew from the changed event on', 'changed leaf-differs', 'individual-p07 5', (file) =>
    file.forge(COVERED, otherAmount, true),
  ),
  row('an event put in, the log renumbered', 'changed leaf-extra', 'individual-new 0', (file) => {
    const position = file.makeRoom(COVERED);
    const [event] = seal('individual-new', NO_STREAM, [{ type: 'ContributionPaid', data: {} }], contextOf());
    file.insert({ ...event!, stream: 'individual-new', revision: 0n, position });
  }),
  row('a byte of a checkpoint', 'changed hash-differs', 'checkpoint 1', (file) =>
    file.set(
      { stream: CHECKPOINT, revision: 1 },
      { data: file.at({ stream: CHECKPOINT, revision: 1 }).data.replace('"number":1', '"number":2') },
    ),
  ),
];

export const MISSING: readonly Row[] = [
  row('an event, under a checkpoint', 'missing leaf-absent', 'individual-p07 5', (file) =>
    file.remove(COVERED),
  ),
  row('an event, the log renumbered', 'missing leaf-absent', 'individual-p07 5', (file) => {
    file.remove(COVERED);
    file.renumber();
  }),
  row('an event, behind the last checkpoint', 'missing revision-gap', 'individual-p07 57', (file) =>
    file.remove(TAIL),
  ),
  row('the first event of a stream', 'missing leaf-absent', 'individual-p07 0', (file) =>
    file.remove(at(7, 0)),
  ),
  row('three events in a row', 'missing leaf-absent', 'individual-p07 5', (file) =>
    file.run('DELETE FROM event WHERE stream = ? AND revision BETWEEN 5 AND 7', person(7)),
  ),
  row('an event, the later ones moved up', 'missing place-differs', 'individual-p07 5', (file) => {
    file.remove(COVERED);
    file.moveUp(COVERED);
  }),
  row(
    'an event behind the last checkpoint, the later ones moved up',
    'missing place-differs',
    'individual-p07 57',
    (file) => {
      file.remove(TAIL);
      file.moveUp(TAIL);
    },
  ),
  row('a checkpoint between two others', 'missing revision-gap', 'checkpoint 1', (file) =>
    file.remove({ stream: CHECKPOINT, revision: 1 }),
  ),
];

export const REORDERED: readonly Row[] = [
  row('two events of a stream, under a checkpoint', 'reordered leaf-elsewhere', 'individual-p07 8', (file) =>
    file.swapPositions(COVERED, at(7, 8)),
  ),
  row(
    'two events of a stream, behind the last checkpoint',
    'reordered revision-gap',
    'individual-p07 58',
    (file) => file.swapPositions(TAIL, at(7, 58)),
  ),
  row('two contents within a stream', 'reordered place-differs', 'individual-p07 5', (file) =>
    file.swapContents(COVERED, at(7, 8)),
  ),
  row(
    'two contents within a stream, behind the last checkpoint',
    'reordered place-differs',
    'individual-p07 57',
    (file) => file.swapContents(TAIL, at(7, 58)),
  ),
  row('two contents of different streams', 'reordered place-differs', 'individual-p07 5', (file) =>
    file.swapContents(COVERED, at(8, 9)),
  ),
  row('two whole events of different streams', 'reordered leaf-elsewhere', 'individual-p20 9', (file) =>
    file.swapPositions(COVERED, at(20, 9)),
  ),
  row('two neighbours of different streams', 'reordered leaf-elsewhere', 'individual-p07 5', (file) =>
    file.swapPositions(COVERED, at(8, 5)),
  ),
  row(
    'events of two streams under different checkpoints',
    'reordered leaf-elsewhere',
    'individual-p20 20',
    (file) => file.swapPositions(at(7, 19), at(20, 20)),
  ),
  row('an event moved to the end of the log', 'reordered leaf-elsewhere', 'individual-p07 5', (file) =>
    file.run('UPDATE event SET position = 100000 WHERE stream = ? AND revision = 5', person(7)),
  ),
  row(
    'an event from behind the last checkpoint among the signed ones',
    'reordered leaf-elsewhere',
    'individual-p00 55',
    (file) => file.swapPositions(at(39, 54), at(0, 55)),
  ),
  row('a checkpoint before events that it covers', 'reordered leaf-elsewhere', 'checkpoint 1', (file) =>
    file.swapPositions({ stream: CHECKPOINT, revision: 1 }, at(7, 25)),
  ),
];

export const TRUNCATED: readonly Row[] = [
  row('the last event of a person', 'truncated leaf-absent', 'individual-short 2', (file) =>
    file.remove({ stream: SHORT, revision: 2 }),
  ),
  row(
    'the last event of a person, the log renumbered',
    'truncated leaf-absent',
    'individual-short 2',
    (file) => {
      file.remove({ stream: SHORT, revision: 2 });
      file.renumber();
    },
  ),
  row('the end of a stream', 'truncated leaf-absent', 'individual-p07 5', (file) =>
    file.run('DELETE FROM event WHERE stream = ? AND revision >= 5', person(7)),
  ),
  row('the end of the log but for the checkpoints', 'truncated leaf-absent', 'individual-p07 5', (file) =>
    file.run("DELETE FROM event WHERE position >= ? AND stream <> 'checkpoint'", file.at(COVERED).position),
  ),
  row('the last checkpoint and everything after it', 'truncated anchor-absent', 'checkpoint 2', (file) =>
    file.run('DELETE FROM event WHERE position >= ?', file.at({ stream: CHECKPOINT, revision: 2 }).position),
  ),
  row('half of the log', 'truncated anchor-absent', 'checkpoint 2', (file) =>
    file.run('DELETE FROM event WHERE position > 1200'),
  ),
  row('the whole log', 'truncated anchor-absent', 'checkpoint 2', (file) => file.run('DELETE FROM event')),
];

export const REMOVED: readonly Row[] = [
  row('a person', 'stream-removed leaf-absent', 'individual-p07 0', (file) =>
    file.run('DELETE FROM event WHERE stream = ?', person(7)),
  ),
  row('a person, the log renumbered', 'stream-removed leaf-absent', 'individual-short 0', (file) => {
    file.run('DELETE FROM event WHERE stream = ?', SHORT);
    file.renumber();
  }),
  row('every checkpoint', 'stream-removed anchor-absent', 'checkpoint 2', (file) =>
    file.run('DELETE FROM event WHERE stream = ?', CHECKPOINT),
  ),
];
