import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { EventStore } from '../event-store/event-store.js';
import { ProjectionRunner } from '../projection/projection.runner.js';
import { ReadModels, ReadModelsStale } from '../projection/read-models.js';
import { Metrics } from './metrics.js';
import { StoreProbe } from './probes.js';

/** More events behind than this, and answers are too old to send people to this server. */
const BEHIND_MAX = 50_000;
const STALE = 'made from another log or a later point of it: stop the server and run shebao rebuild';

class Live {
  @ApiProperty({ enum: ['live'] }) readonly status!: 'live';
}
class Check {
  @ApiProperty() readonly name!: string;
  @ApiProperty() readonly good!: boolean;
  @ApiProperty({ description: 'What was found; holds nothing of a person' }) readonly found!: string;
}
class Ready {
  @ApiProperty({ enum: ['ready', 'not-ready'] }) readonly status!: 'ready' | 'not-ready';
  @ApiProperty({ type: [Check] }) readonly checks!: readonly Check[];
}

@ApiTags('operations')
@Controller()
export class HealthController {
  constructor(
    private readonly store: EventStore,
    private readonly readModels: ReadModels,
    private readonly probe: StoreProbe,
    private readonly runner: ProjectionRunner,
    private readonly metrics: Metrics,
  ) {}

  @Get('health/live')
  @ApiOperation({ summary: 'The process answers' })
  @ApiResponse({ status: 200, type: Live })
  live(): Live {
    return { status: 'live' };
  }

  @Get('health/ready')
  @ApiOperation({ summary: 'The store takes events and the read models keep up' })
  @ApiResponse({ status: 200, type: Ready })
  @ApiResponse({ status: 503, type: Ready })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Ready> {
    const checks = [
      await this.checkStore(),
      await this.checkReadModels(),
      this.checkProjecting(),
      this.checkParked(),
    ];
    const good = checks.every((check) => check.good);
    if (!good) void reply.code(503).header('Retry-After', '5');
    return { status: good ? 'ready' : 'not-ready', checks };
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Figures for Prometheus' })
  @ApiResponse({ status: 200, content: { 'text/plain': { schema: { type: 'string' } } } })
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  async figures(): Promise<string> {
    // Without an answer of the log the last figures stay: this is when the others are wanted most.
    const freshness = await this.readModels.freshness().catch(() => undefined);
    this.metrics.setProjecting(this.runner.parkedCount(), this.runner.fault() === undefined);
    if (freshness) this.metrics.setProjection(Number(freshness.position), freshness.behind);
    return this.metrics.registry.metrics();
  }

  private async checkStore(): Promise<Check> {
    try {
      await this.store.head();
      const fault = await this.probe.faultOf();
      return { name: 'event-store', good: fault === undefined, found: fault ?? 'readable and writable' };
    } catch {
      return { name: 'event-store', good: false, found: 'cannot be read' };
    }
  }

  private async checkReadModels(): Promise<Check> {
    const name = 'read-models';
    try {
      const { behind } = await this.readModels.freshness();
      return { name, good: behind <= BEHIND_MAX, found: `${behind} events behind` };
    } catch (error) {
      return { name, good: false, found: error instanceof ReadModelsStale ? STALE : 'cannot be read' };
    }
  }

  private checkProjecting(): Check {
    const fault = this.runner.fault();
    return { name: 'projecting', good: fault === undefined, found: fault ?? 'follows the log' };
  }

  /** What is parked is for staff to look into; everyone else is served, so it does not take the server away. */
  private checkParked(): Check {
    const events = `${this.runner.parkedCount()} events parked`;
    const rows = this.metrics.rowsParkedLast();
    const found = rows.length > 0 ? `${events}; rows parked: ${rows.join(', ')}` : events;
    return { name: 'parked', good: true, found };
  }
}
