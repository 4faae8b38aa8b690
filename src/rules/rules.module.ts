import { Module } from '@nestjs/common';
import { CALCULATORS } from './all.calculators.js';
import { toController } from './calculators.controller.js';

/** The calculators. `RuleBook`, `LawTables` and `Clock` come from the root, which alone picks where the rules are read from. */
@Module({ controllers: CALCULATORS.map(toController) })
export class RulesModule {}
