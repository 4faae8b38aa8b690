import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import assert from 'node:assert';
import { EventStore } from '../event-store/event-store.js';
import { toDomain, transact } from '../event-store/transact.js';
import { add, fromYuan, sum, toYuan } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import { standingLines, type Slip } from './contribution.js';
import type { IndividualEvent } from './events.js';
import { individual, movingIn, reversing, streamOf, type Individual } from './individual.js';
import {
  MoveContribution,
  type MovedContribution,
  type MoveFailure,
  type ReversedContribution,
  type Written,
} from './individual.messages.js';
import { readWhole } from './individual.reading.js';
import type { MoveIn, MoveInFailure } from './moving.js';
import type { Reverse } from './reversal.js';

type MoveAnswer = Result<Written<MovedContribution>, MoveFailure>;
/** The wrong person: `slip` as it stands, or as it stood before this correction took it back. */
type Giver = Readonly<{
  state: Individual;
  position: bigint | undefined;
  slip: Slip | undefined;
  takenBack: ReversedContribution | undefined;
}>;

/**
 * Takes a month back from the wrong person and gives it to the right one, two streams one after the other. The right one
 * is looked at first; stopped in between, the same call goes on, since what was taken back stands in the first stream.
 */
@CommandHandler(MoveContribution)
export class MoveContributionHandler implements ICommandHandler<MoveContribution> {
  constructor(private readonly store: EventStore) {}

  async execute(message: MoveContribution): Promise<MoveAnswer> {
    const { correction, from, month, reason, evidence, origin } = message;
    const reverse: Reverse = {
      type: 'Reverse',
      key: correction,
      month,
      insurance: undefined,
      reason,
      evidence,
      valueOn: origin.bookedOn,
    };
    const giver = await this.giver(message);
    const taking = reversing.decide(reverse, giver.state);
    if (!taking.ok) return taking;
    const checked = await this.check(message, giver);
    if (!checked.ok || message.dryRun) return checked;
    const context = { ...origin, cause: `reversal/${correction}` };
    const taken = await transact(this.store, streamOf(from), reversing, reverse, context);
    if (!taken.ok) return taken;
    // Money may have come for it since it was looked at: what is given is what was taken.
    return this.give(message, await this.giver(message), taken.value.events.length > 0);
  }

  private async giver({ correction, from, month }: MoveContribution): Promise<Giver> {
    const stored = await this.store.read(streamOf(from));
    const events = stored.map(toDomain<IndividualEvent>);
    const at = events.findIndex(
      ({ type, data }) => type === 'ContributionReversed' && data.reversal === correction,
    );
    const state = individual.replay(events);
    const before = at === -1 ? state : individual.replay(events.slice(0, at));
    const known = state.reversals.get(correction);
    const { employer, lines, bills } = known ?? {};
    const takenBack = employer && lines && bills ? { id: from, month, employer, lines, bills } : undefined;
    return { state, position: stored.at(-1)?.position, slip: before.months.get(month), takenBack };
  }

  /** Whether the right person can take it, writing nothing. */
  private async check(message: MoveContribution, giver: Giver): Promise<MoveAnswer> {
    const { state, position } = await readWhole(this.store, message.to);
    const command = toMoveIn(message, giver);
    const decision = movingIn.decide(command, state);
    if (!decision.ok) return err(toFailure(decision.error, giver));
    const replayed = decision.value.length === 0;
    return ok({ value: toAnswer(message, command), position: later(giver.position, position), replayed });
  }

  private async give(message: MoveContribution, giver: Giver, isNew: boolean): Promise<MoveAnswer> {
    const { correction, to, origin } = message;
    const command = toMoveIn(message, giver);
    const context = { ...origin, cause: `correction/${correction}` };
    const given = await transact(this.store, streamOf(to), movingIn, command, context);
    if (!given.ok)
      return given.error.type === 'Conflict' ? err(given.error) : err(toFailure(given.error, giver));
    const { events, position } = given.value;
    return ok({
      value: toAnswer(message, command),
      position: later(giver.position, position),
      replayed: !isNew && events.length === 0,
    });
  }
}

const toMoveIn = ({ correction, month }: MoveContribution, { slip }: Giver): MoveIn => {
  assert(slip, 'what is taken back stands');
  return { type: 'MoveIn', correction, month, slip };
};

const toFailure = ({ type }: MoveInFailure, { takenBack }: Giver): MoveFailure => {
  switch (type) {
    case 'IndividualNotFound':
      return { type: 'ReceiverNotFound' };
    case 'MonthTaken':
      return { type: 'MonthTaken', ...(takenBack && { takenBack }) };
  }
};

const toAnswer = ({ month }: MoveContribution, { slip }: MoveIn): MovedContribution => {
  const { employer, submission, line, charges } = slip;
  const credited = charges.flatMap(({ lines }) =>
    lines.map((each) => add(fromYuan(each.credited.employerPart), fromYuan(each.credited.employeePart))),
  );
  const lines = standingLines(slip);
  return { employer, month, submission, line, lines, credited: toYuan(sum(credited)) };
};

const later = (a: bigint | undefined, b: bigint | undefined): bigint | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;
