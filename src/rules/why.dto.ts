import { ApiProperty } from '@nestjs/swagger';

/** One step of an explanation, in words that a clerk can check by hand. */
export class WhyAnswer {
  @ApiProperty({ example: 'shanghai/2025-07 pension employee' })
  rule!: string;
  @ApiProperty({ description: 'Law, notice or standard; (second-hand) marks a doubtful one' })
  source!: string;
  @ApiProperty({ example: '15000.55 x 8% = 1200.04 (fen-half-up)' })
  formula!: string;
}
