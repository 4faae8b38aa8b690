import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';
import { IsDay } from '../http/validators.js';
import { parseDay } from '../kernel/calendar.js';
import { parseKnownAt, type Viewpoint } from './viewpoint.js';

const IsKnownAt = (): PropertyDecorator =>
  ValidateBy({
    name: 'isKnownAt',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && parseKnownAt(value).ok,
      defaultMessage: () => 'instant-malformed',
    },
  });

/** What did we know on day K (`knownAt`) about day D (`asOf`)? */
export class AsOfQuery {
  @ApiPropertyOptional({ example: '2025-07-31', description: 'With value up to this day' })
  @IsOptional()
  @IsDay()
  asOf?: string;

  @ApiPropertyOptional({
    example: '2025-08-31',
    description: 'As recorded up to this instant (UTC), or to the end of this day in Asia/Shanghai',
  })
  @IsOptional()
  @IsKnownAt()
  knownAt?: string;
}

export const toViewpoint = ({ asOf, knownAt }: AsOfQuery): Viewpoint => {
  const day = asOf === undefined ? undefined : parseDay(asOf);
  const known = knownAt === undefined ? undefined : parseKnownAt(knownAt);
  return { ...(day?.ok && { asOf: day.value }), ...(known?.ok && { knownAt: known.value }) };
};
