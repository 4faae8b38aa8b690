import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { readFile } from 'node:fs/promises';
import { httpProblem } from './http-problem.js';

const CODE = /^[a-z][a-z-]{0,60}$/;
const PAGES = new URL('../../docs/problems/', import.meta.url);

/** The `type` of a problem leads here: what its cause is and what to do. */
@ApiTags('operations')
@Controller('problems')
export class ProblemPagesController {
  @Get(':code')
  @ApiOperation({ summary: 'What a problem code means and what to do' })
  @ApiResponse({ status: 200, content: { 'text/markdown': { schema: { type: 'string' } } } })
  @Header('Content-Type', 'text/markdown; charset=utf-8')
  async page(@Param('code') code: string): Promise<string> {
    if (!CODE.test(code)) throw httpProblem('route-not-found');
    try {
      return await readFile(new URL(`${code}.md`, PAGES), 'utf8');
    } catch {
      throw httpProblem('route-not-found');
    }
  }
}
