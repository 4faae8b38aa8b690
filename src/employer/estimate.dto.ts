import { ApiProperty } from '@nestjs/swagger';
import { IsMonth } from '../http/validators.js';
import { SubmissionAmounts } from './submission.dto.js';

export class EstimateBody {
  @ApiProperty({ example: '2025-08', description: 'A month that was not declared by its due day' })
  @IsMonth()
  month!: string;
}

export class EstimateLineAnswer {
  @ApiProperty({ example: 'pension' }) insurance!: string;
  @ApiProperty({ example: '1760.00' }) employerPart!: string;
  @ApiProperty({ example: '880.00' }) employeePart!: string;
}

export class EstimateAnswer {
  @ApiProperty() uscc!: string;
  @ApiProperty({ example: '2025-08' }) month!: string;
  @ApiProperty({ type: [String], description: 'Submissions of the month before; none: its own estimate' })
  of!: readonly string[];
  @ApiProperty({ example: '2025-07' }) lastMonth!: string;
  @ApiProperty({ example: '110', description: 'Percent text' }) factor!: string;
  @ApiProperty() source!: string;
  @ApiProperty({ example: 'fen-half-up', description: 'Each side of each insurance of each person' })
  rounding!: string;
  @ApiProperty() persons!: number;
  @ApiProperty({ type: [EstimateLineAnswer] }) lines!: readonly EstimateLineAnswer[];
  @ApiProperty({ type: SubmissionAmounts }) amounts!: SubmissionAmounts;
  @ApiProperty({ example: '2025-08-01' }) valueOn!: string;
}
