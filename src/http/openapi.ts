import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

const ABOUT = `A ledger of social-insurance contributions and benefits: one stream of events per insured person.

Money is text in yuan with two decimals ("1575.05"), months are YYYY-MM, days YYYY-MM-DD, instants RFC 3339 in UTC,
rates percent as text, positions and revisions decimal text. A write may carry \`Idempotency-Key\` and answers with
\`Ledger-Position\`; a read may carry \`Ledger-Min-Position\`. Errors are \`application/problem+json\` (RFC 9457) with a
\`code\`, each explained under /problems/<code>; texts are Chinese when \`Accept-Language\` prefers it.`;

/** What every refused request is answered with. */
const PROBLEM = {
  type: 'object' as const,
  required: ['type', 'code', 'title', 'status', 'detail', 'errors'],
  properties: {
    type: { type: 'string', example: '/problems/request-invalid' },
    code: { type: 'string', example: 'request-invalid' },
    title: { type: 'string' },
    status: { type: 'integer', example: 400 },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'code', 'message'],
        properties: {
          field: { type: 'string', example: 'rows[3].wage' },
          code: { type: 'string', example: 'money-not-text' },
          message: { type: 'string' },
        },
      },
    },
  },
};

/** The description of the whole interface, made from the code. */
const buildOpenApi = (app: NestFastifyApplication): OpenAPIObject => {
  const config = new DocumentBuilder()
    .setTitle('shebao-ledger')
    .setDescription(ABOUT)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const schemas = { ...document.components?.schemas, Problem: PROBLEM };
  return withProblems({ ...document, components: { ...document.components, schemas } });
};

/** Every operation can be refused: said once for all instead of on each route. */
const withProblems = (document: OpenAPIObject): OpenAPIObject => {
  const refused = {
    description: 'Refused: see `code`',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  for (const path of Object.values(document.paths))
    for (const method of ['get', 'post', 'put', 'delete', 'patch'] as const) {
      const operation = path[method];
      if (operation) operation.responses = { ...operation.responses, default: refused };
    }
  return document;
};

/** The same as text, as it is checked in. */
export const toOpenApiText = (app: NestFastifyApplication): string =>
  `${JSON.stringify(buildOpenApi(app), null, 2)}\n`;

/** `/openapi.json` and a page to read it at `/docs`. */
export const serveOpenApi = (app: NestFastifyApplication): void => {
  SwaggerModule.setup('docs', app, () => buildOpenApi(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'shebao-ledger',
  });
};
