import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { IsDay, IsMonth } from '../http/validators.js';

const ONE_LINE = /^[^\p{Cc}]*\S[^\p{Cc}]*$/u;

export class AdjustRequest {
  @ApiProperty({ example: 'shanghai', description: 'Folder name under rules/' })
  @IsString()
  region!: string;

  @ApiProperty({ example: '2025-07', description: 'First month owed' })
  @IsMonth()
  monthFrom!: string;

  @ApiProperty({ example: '2025-10', description: 'Last month owed' })
  @IsMonth()
  monthTo!: string;

  @ApiProperty({ example: '沪人社规〔2025〕8号', description: 'The notice; a month is adjusted by it once' })
  @Length(1, 100)
  @Matches(ONE_LINE)
  @IsString()
  publication!: string;

  @ApiPropertyOptional({ example: 'limits published after they came into force' })
  @IsOptional()
  @Length(1, 200)
  @Matches(ONE_LINE)
  @IsString()
  reason?: string;

  @ApiPropertyOptional({
    example: '2025-12-31',
    description: 'When what is more falls due; absent: as of what is declared next month',
  })
  @IsOptional()
  @IsDay()
  dueOn?: string | null;
}

export class SumsAnswer {
  @ApiProperty({ example: '120.00', description: 'What is more, yuan text' }) owed!: string;
  @ApiProperty({ example: '0.00', description: 'What is less' }) refund!: string;
}
export class SideSumsAnswer {
  @ApiProperty({ type: SumsAnswer }) employer!: SumsAnswer;
  @ApiProperty({ type: SumsAnswer }) employee!: SumsAnswer;
}
export class AdjustAnswer extends SumsAnswer {
  @ApiProperty() publication!: string;
  @ApiProperty({ description: 'Persons of whom a month changed' }) persons!: number;
  @ApiProperty({ description: 'Months that changed, of all persons' }) months!: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/SumsAnswer' },
  })
  byInsurance!: Readonly<Record<string, SumsAnswer>>;
  @ApiProperty({ type: SideSumsAnswer }) bySide!: SideSumsAnswer;
  @ApiProperty({ description: 'Months left alone: the rules have no answer for them' }) withoutRules!: number;
}
