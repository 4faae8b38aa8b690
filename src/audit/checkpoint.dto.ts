import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { LIMIT_DEFAULT, LIMIT_MAX } from '../projection/list.dto.js';
import { CHECKPOINT_FORMAT, type SignedHead } from './checkpoint.js';
import { PROOF_FORMAT, type ProofDocument, type ProofEvent } from './proof.document.js';
import type { VerificationKey } from './signer.js';

export class CheckpointListQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LIMIT_MAX)
  limit?: number;

  @ApiPropertyOptional({ description: '`next` of the page before' })
  @IsOptional()
  @Matches(/^\d{1,15}$/)
  cursor?: string;
}

export class SignedHeadAnswer implements SignedHead {
  @ApiProperty({ enum: [CHECKPOINT_FORMAT] })
  format!: typeof CHECKPOINT_FORMAT;
  @ApiProperty({ example: 7, description: 'Counts from 0 without gaps' })
  number!: number;
  @ApiProperty({ type: String, example: '2025-08-10T02:00:00.000Z' })
  at!: SignedHead['at'];
  @ApiProperty({ example: '57344', description: 'Events of the log before the first one covered' })
  first!: string;
  @ApiProperty({ example: 1024, description: 'Events covered' })
  count!: number;
  @ApiProperty({ description: 'Merkle tree head (RFC 6962) over the hashes of the events covered, hex' })
  root!: string;
  @ApiProperty({ description: '`head` of the checkpoint before; 64 zeros for the first' })
  previous!: string;
  @ApiProperty({ description: '`kid` of the key that signed' })
  keyId!: string;
  @ApiProperty({ description: 'SHA-256 of the statement (the members above in canonical JSON), hex' })
  head!: string;
  @ApiProperty({ description: 'Ed25519 over the bytes of the statement, base64url' })
  signature!: string;
}

export class CheckpointsMadeAnswer {
  @ApiProperty({ type: [SignedHeadAnswer] })
  items!: readonly SignedHeadAnswer[];
}

export class CheckpointListAnswer extends CheckpointsMadeAnswer {
  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
}

class KeyAnswer implements VerificationKey {
  @ApiProperty({ enum: ['OKP'] })
  kty!: 'OKP';
  @ApiProperty({ enum: ['Ed25519'] })
  crv!: 'Ed25519';
  @ApiProperty({ description: 'RFC 7638 thumbprint' })
  kid!: string;
  @ApiProperty({ description: 'The public key, 32 bytes in base64url' })
  x!: string;
  @ApiProperty({ enum: ['sig'] })
  use!: 'sig';
  @ApiProperty({ enum: ['EdDSA'] })
  alg!: 'EdDSA';
}

/** A JSON Web Key Set (RFC 7517). */
export class KeySetAnswer {
  @ApiProperty({ type: [KeyAnswer], description: 'Every key that ever signed, oldest first' })
  keys!: readonly KeyAnswer[];
}

class ProofEventAnswer implements ProofEvent {
  @ApiProperty({ example: '3' })
  revision!: string;
  @ApiProperty({ format: 'uuid' })
  id!: string;
  @ApiProperty({ example: 'ContributionPaid' })
  type!: string;
  @ApiProperty({ description: 'The text as stored (canonical JSON); personal fields are sealed' })
  data!: string;
  @ApiProperty({ description: 'The text as stored (canonical JSON)' })
  metadata!: string;
  @ApiProperty({ type: Number, nullable: true, description: 'Number of the checkpoint that covers it' })
  checkpoint!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Place among the leaves of that checkpoint' })
  index!: number | null;
  @ApiProperty({ type: [String], description: 'Audit path from the leaf up (RFC 6962), hex' })
  path!: readonly string[];
}

export class ProofAnswer implements ProofDocument {
  @ApiProperty({ enum: [PROOF_FORMAT] })
  format!: typeof PROOF_FORMAT;
  @ApiProperty()
  id!: string;
  @ApiProperty({ example: 'individual-f3vwyw7qteh2t6av2svlrzv3vo' })
  stream!: string;
  @ApiProperty({ type: [ProofEventAnswer] })
  log!: readonly ProofEventAnswer[];
  @ApiProperty({ type: [SignedHeadAnswer], description: 'Those that the events name, and the newest' })
  checkpoints!: readonly SignedHeadAnswer[];
  @ApiProperty({ description: 'Events at the end that no checkpoint covers yet' })
  uncovered!: number;
}
