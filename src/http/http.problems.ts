import type { ProblemSpec } from './problem.js';

/** Refusals that any route can give; a context has a table of its own. */
export const httpProblems = {
  'request-invalid': {
    status: 400,
    title: { en: 'Some fields are missing or malformed', zh: '部分字段缺失或格式不正确' },
  },
  'json-malformed': {
    status: 400,
    title: { en: 'The body is not well-formed JSON', zh: '请求体不是合法的 JSON' },
  },
  'request-malformed': {
    status: 400,
    title: { en: 'The request cannot be read', zh: '请求无法解析' },
  },
  'idempotency-key-missing': {
    status: 400,
    title: { en: 'This call needs the header Idempotency-Key', zh: '此请求需要 Idempotency-Key 请求头' },
  },
  'idempotency-key-malformed': {
    status: 400,
    title: {
      en: 'Idempotency-Key must be 1 to 255 visible ASCII characters',
      zh: 'Idempotency-Key 须为 1 至 255 个可见 ASCII 字符',
    },
  },
  'actor-malformed': {
    status: 400,
    title: {
      en: 'Actor must be a name of 1 to 64 letters, digits, dots, dashes and underscores, and no number of a person',
      zh: 'Actor 须为 1 至 64 个字母、数字、点、短横线或下划线，且不得为证件号码',
    },
  },
  'min-position-malformed': {
    status: 400,
    title: { en: 'Ledger-Min-Position must be a decimal number', zh: 'Ledger-Min-Position 须为十进制数字' },
  },
  'route-not-found': {
    status: 404,
    title: { en: 'There is no such path', zh: '路径不存在' },
    detail: { en: 'The paths are listed at /docs.', zh: '可用路径见 /docs。' },
  },
  'body-too-large': {
    status: 413,
    title: { en: 'The body is too large', zh: '请求体过大' },
    detail: {
      en: 'A submission may be 32 MiB, any other body 1 MiB.',
      zh: '申报文件上限为 32 MiB，其他请求体上限为 1 MiB。',
    },
  },
  'media-type-unsupported': {
    status: 415,
    title: { en: 'This content type is not taken here', zh: '不支持此内容类型' },
  },
  'internal-error': {
    status: 500,
    title: { en: 'Something went wrong on our side', zh: '系统内部错误' },
    detail: {
      en: 'Quote the header X-Correlation-Id when you report it.',
      zh: '反馈问题时请提供 X-Correlation-Id 响应头。',
    },
  },
  'not-yet-visible': {
    status: 503,
    title: { en: 'What you ask for is recorded but not yet visible', zh: '数据已入账，但查询端尚未可见' },
    detail: { en: 'Send the same request again.', zh: '请稍后重新发送同一请求。' },
  },
  'read-models-stale': {
    status: 503,
    title: {
      en: 'The event log was restored to an earlier point or is another one',
      zh: '事件日志已被恢复到较早的时点，或已换成另一份日志',
    },
    detail: {
      en: 'Balances are not served and nothing is recorded until staff have looked: put the right log back, or stop the server and run `shebao rebuild`.',
      zh: '在工作人员核实之前，不提供余额查询，也不受理任何入账：请恢复正确的日志，或停止服务后运行 `shebao rebuild`。',
    },
  },
  'store-unavailable': {
    status: 503,
    title: { en: 'The event store cannot take or give events now', zh: '事件存储暂不可用' },
    detail: { en: 'Send the same request again later.', zh: '请稍后重新发送同一请求。' },
  },
  'shutting-down': {
    status: 503,
    title: { en: 'This server is stopping', zh: '服务正在停止' },
  },
} satisfies Record<string, ProblemSpec>;

export type HttpProblem = keyof typeof httpProblems;
