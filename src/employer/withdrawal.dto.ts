import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, Matches } from 'class-validator';

const NOT_BLANK = /\S/u;

export class WithdrawBody {
  @ApiProperty({ description: 'Why the file is taken back', minLength: 1, maxLength: 200 })
  @IsString()
  @Length(1, 200)
  @Matches(NOT_BLANK)
  reason!: string;
}

export class WithdrawalAnswer {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ enum: ['withdrawn'] }) state!: 'withdrawn';
}
