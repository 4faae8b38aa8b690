import { Injectable } from '@nestjs/common';
import type { Origin } from '../individual/individual.messages.js';
import type { Day } from '../kernel/calendar.js';
import { Clock } from '../kernel/clock.js';
import type { SubmissionLog } from './submission.log.js';

/** Under whose name the process of a submission acts. */
@Injectable()
export class SubmissionOrigins {
  constructor(private readonly clock: Clock) {}

  /** What is done follows from the file that was sent, at the time it is done. */
  of({ receipt, id }: SubmissionLog): Origin {
    const correlationId = receipt?.$correlationId ?? id;
    return {
      recordedAt: this.clock.now(),
      bookedOn: this.clock.today(),
      actor: { role: 'process', id: 'submission' },
      channel: 'process',
      correlationId,
      causationId: correlationId,
    };
  }

  /** Rows are judged as of the day on which the file came, however late that is. */
  receivedOn({ receipt }: SubmissionLog): Day {
    return receipt?.bookedOn ?? this.clock.today();
  }
}
