#!/usr/bin/env node
import 'reflect-metadata';
import { Command } from 'commander';
import { register as backUp } from './cli/backup.command.js';
import { register as balance } from './cli/balance.command.js';
import { register as calc } from './cli/calc.command.js';
import { register as checkProof } from './cli/check-proof.command.js';
import { register as demo } from './cli/demo.command.js';
import { register as exportLog } from './cli/export.command.js';
import { register as generate } from './cli/generate.command.js';
import { register as history } from './cli/history.command.js';
import { register as importLog } from './cli/import.command.js';
import { register as locate } from './cli/locate.command.js';
import { register as openapi } from './cli/openapi.command.js';
import { register as rebuild } from './cli/rebuild.command.js';
import { register as rules } from './cli/rules.command.js';
import { register as serve } from './cli/serve.command.js';
import { register as submit } from './cli/submit.command.js';
import { register as verify } from './cli/verify.command.js';

const program = new Command('shebao')
  .description('A ledger of social-insurance contributions and benefits')
  .showHelpAfterError('(--help tells what there is)')
  .configureHelp({ sortSubcommands: true });
for (const register of [
  calc,
  rules,
  serve,
  demo,
  submit,
  locate,
  balance,
  history,
  verify,
  checkProof,
  rebuild,
  exportLog,
  importLog,
  backUp,
  generate,
  openapi,
])
  register(program);

// A reader that has seen enough (`| head`) closes the pipe: no fault of ours or of the reader's.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
await program.parseAsync();
