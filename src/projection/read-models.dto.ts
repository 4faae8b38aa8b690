import { ApiProperty } from '@nestjs/swagger';

export class FreshnessAnswer {
  @ApiProperty({
    example: '10234',
    description: 'Position of the last event that the answer includes; 0: none yet',
  })
  position!: string;
  @ApiProperty({ type: String, nullable: true, example: '2025-08-15T02:00:00.000Z' })
  recordedAt!: string | null;
  @ApiProperty({ example: 0, description: 'Events of the log that the answer still lacks' })
  behind!: number;
}
