import { Module } from '@nestjs/common';
import { CalculatorsController } from './calculators.controller.js';

/** The calculators. `RuleBook` and `Clock` come from the root, which alone picks where the rules are read from. */
@Module({ controllers: [CalculatorsController] })
export class RulesModule {}
