import { Controller, Get, Header, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { toQueryProblem } from '../projection/find-visible.js';
import { LIMIT_DEFAULT } from '../projection/list.dto.js';
import { checkpointProblem } from './audit.problems.js';
import {
  CheckpointListAnswer,
  CheckpointListQuery,
  CheckpointsMadeAnswer,
  KeySetAnswer,
  ProofAnswer,
} from './checkpoint.dto.js';
import { CheckpointReader } from './checkpoint.reader.js';
import { Checkpointer } from './checkpointer.js';
import { ProofReader } from './proof.reader.js';
import { Signer } from './signer.js';

@ApiTags('audit')
@Controller('v1/audit')
export class CheckpointController {
  constructor(
    private readonly checkpointer: Checkpointer,
    private readonly reader: CheckpointReader,
    private readonly signer: Signer,
    private readonly proofs: ProofReader,
  ) {}

  @Post('checkpoints')
  @HttpCode(201)
  @ApiOperation({ summary: 'Sign what the log holds now' })
  @ApiResponse({ status: 201, type: CheckpointsMadeAnswer, description: 'The checkpoints made' })
  @ApiResponse({ status: 200, type: CheckpointsMadeAnswer, description: 'Nothing new; an empty list' })
  @ApiResponse({ status: 409, description: 'log-not-whole, checkpoint-missing' })
  async make(@Res({ passthrough: true }) reply: FastifyReply): Promise<CheckpointsMadeAnswer> {
    const { made, refusal } = await this.checkpointer.make();
    if (refusal) throw checkpointProblem(refusal);
    if (made.length === 0) void reply.code(200);
    return { items: made };
  }

  @Get('checkpoints')
  @ApiOperation({ summary: 'The signed heads, oldest first' })
  @ApiResponse({ status: 200, type: CheckpointListAnswer })
  async list(@Query() { cursor, limit = LIMIT_DEFAULT }: CheckpointListQuery): Promise<CheckpointListAnswer> {
    const heads = await this.reader.heads(cursor === undefined ? 0 : Number(cursor) + 1, limit + 1);
    const items = heads.slice(0, limit);
    const last = heads.length > limit ? items.at(-1) : undefined;
    return { items, next: last ? last.number.toString() : null };
  }

  @Get('keys')
  @Header('Content-Type', 'application/jwk-set+json')
  @ApiOperation({ summary: 'The public keys that check the signatures' })
  @ApiResponse({ status: 200, type: KeySetAnswer })
  keys(): KeySetAnswer {
    return { keys: this.signer.verificationKeys() };
  }

  @Get('individuals/:id/proof')
  @ApiOperation({ summary: 'A person’s events with what proves them offline: shebao check-proof' })
  @ApiResponse({ status: 200, type: ProofAnswer })
  @ApiResponse({ status: 404, description: 'individual-not-found' })
  async proof(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const pieces = await this.proofs.open(id);
    if (!pieces) throw toQueryProblem({ type: 'IndividualNotFound' });
    await reply.type('application/json; charset=utf-8').send(Readable.from(pieces));
  }
}
