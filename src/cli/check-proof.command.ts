import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { checkProof, type ProofFault, type Proven } from '../audit/proof.js';
import { readTrustedKeys } from '../audit/trusted-keys.js';
import { toBusinessDay } from '../kernel/clock.js';
import { print, printJson } from './run.js';

type Options = Readonly<{ key: string; json: boolean }>;

const HELP = `
Works offline: no server, no database, no network. FILE is what GET /v1/audit/individuals/<id>/proof answered, - is
standard input. KEY is what GET /v1/audit/keys answered (a JSON Web Key Set), a single JWK, or PEM. Take the key from a
source you trust, not from whoever gave you the proof. Ends with 1 when anything is wrong, naming the first fault.`;

/** Checks a proof that somebody was given, against a key they trust. */
export const register = (program: Command): void => {
  program
    .command('check-proof')
    .description('Check offline that a person’s events are as they were signed')
    .argument('<file>', 'the proof; - reads standard input')
    .requiredOption('--key <file>', 'the public keys')
    .option('--json', 'print the outcome as JSON', false)
    .addHelpText('after', HELP)
    .action(run);
};

const run = async (file: string, { key, json }: Options): Promise<void> => {
  try {
    const keys = readTrustedKeys(await readFile(key, 'utf8'));
    const bytes = file === '-' ? await buffer(process.stdin) : await readFile(file);
    const checked = checkProof(toText(bytes), keys);
    if (json) printJson(checked.ok ? toAnswer(checked.value) : { proven: false, ...checked.error });
    else if (checked.ok) print(toReport(checked.value));
    else process.stderr.write(`check-proof: ${toSentence(checked.error)}\n`);
    if (!checked.ok) process.exitCode = 1;
  } catch (error) {
    process.stderr.write(`check-proof: ${error instanceof Error ? error.message : 'cannot be read'}\n`);
    process.exitCode = 1;
  }
};

/** Bytes that are no UTF-8 are no proof: replaced silently they would be another text. */
const toText = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error('malformed (document): the file is not UTF-8 text');
  }
};

const toAnswer = ({ id, stream, events, covered, through, keyIds }: Proven): object => ({
  proven: true,
  id,
  stream,
  events,
  covered,
  uncovered: events - covered,
  coveredThroughRevision: (covered - 1).toString(),
  checkpoint: through.number,
  signedAt: through.at,
  keyIds,
});

const count = (events: number): string => (events === 1 ? '1 event' : `${events} events`);

/** In words, for whoever has to rely on it: what is shown, and what is not. */
const toReport = ({ stream, events, covered, through, keyIds }: Proven): string => {
  const rest = events - covered;
  return [
    `check-proof: genuine, ${count(covered)} of ${stream} proven`,
    `  Revisions 0 to ${covered - 1} are byte for byte as they were signed, in their order, with none left out between them.`,
    `  The last of them was signed on ${toBusinessDay(through.at)} (checkpoint ${through.number}, ${through.at}); key ${keyIds.join(', ')}.`,
    rest === 0
      ? '  Every event in the file is covered.'
      : `  ${count(rest)} after that (revision ${covered} on) fit the chain, but no checkpoint covers them yet: nobody has signed them.`,
    'What this cannot show:',
    `  - whether there are events after revision ${events - 1} that were not given to you;`,
    '  - that the key is the right one: compare its id with one from a source you trust;',
    '  - that what was recorded is true; and whoever held the private key could have signed another history.',
  ].join('\n');
};

const toSentence = ({ fault, where }: ProofFault): string => `${fault} (${where}): ${SENTENCES[fault]}`;

const SENTENCES: Readonly<Record<ProofFault['fault'], string>> = {
  malformed: 'this is not a proof, or a part of it is missing or misspelt',
  'revision-order': 'the revisions do not count from 0 without gaps',
  'event-changed': 'its bytes do not fit its hash',
  'chain-broken': 'it does not follow on the event before it',
  'checkpoint-absent': 'the checkpoint that it names is not in the file',
  'path-astray': 'it is not in the tree of the checkpoint that it names',
  'log-order': 'its place in the log does not come after that of the event before it',
  'checkpoint-changed': 'its head does not fit what it states',
  'checkpoint-order': 'it cannot stand after the checkpoint before it',
  'key-unknown': 'none of the keys given is the one that signed it',
  'signature-invalid': 'its signature is not by the key that it names',
  'uncovered-differs': 'the count of events not covered is not what the file holds',
  'nothing-signed': 'no checkpoint covers any event of this file, so it proves nothing',
};
