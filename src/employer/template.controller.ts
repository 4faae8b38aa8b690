import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiPropertyOptional, ApiResponse, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { XLSX_TYPE } from '../http/content-types.js';
import { prefersChinese } from '../http/localized.js';
import { templateCsv, templateXlsx, type TemplateLanguage } from './roster.template.js';

const LANGUAGES = ['zh', 'en'] as const satisfies readonly TemplateLanguage[];

class TemplateQuery {
  @ApiPropertyOptional({ enum: LANGUAGES, description: 'Instead of Accept-Language' })
  @IsOptional()
  @IsIn(LANGUAGES)
  lang?: TemplateLanguage;
}

const languageOf = ({ lang }: TemplateQuery, { headers }: FastifyRequest): TemplateLanguage =>
  lang ?? (prefersChinese(headers['accept-language']) ? 'zh' : 'en');

@ApiTags('templates')
@Controller('v1/templates')
export class TemplateController {
  @Get('roster.csv')
  @ApiOperation({ summary: "An empty month's file as CSV" })
  @ApiProduces('text/csv')
  @ApiResponse({ status: 200, description: 'UTF-8 with a byte order mark' })
  async csv(
    @Query() query: TemplateQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const language = languageOf(query, request);
    await send(reply, language, 'roster.csv', 'text/csv; charset=utf-8', templateCsv(language));
  }

  @Get('roster.xlsx')
  @ApiOperation({ summary: "An empty month's file as a workbook, with the number column as text" })
  @ApiProduces(XLSX_TYPE)
  @ApiResponse({ status: 200, description: 'A workbook of one sheet' })
  async xlsx(
    @Query() query: TemplateQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const language = languageOf(query, request);
    await send(reply, language, 'roster.xlsx', XLSX_TYPE, await templateXlsx(language));
  }
}

const send = async (
  reply: FastifyReply,
  language: TemplateLanguage,
  name: string,
  type: string,
  body: Buffer,
): Promise<void> => {
  await reply
    .type(type)
    .header('Content-Disposition', `attachment; filename="${name}"`)
    .header('Content-Language', language)
    .header('Vary', 'Accept-Language')
    .send(body);
};
