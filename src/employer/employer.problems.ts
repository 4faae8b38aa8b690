import type { ProblemSpec } from '../http/problem.js';
import type { FileRefused, PaymentFailure, RegisterFailure, TermsFailure } from './employer.messages.js';
import type { EstimateRefusal } from './estimate.messages.js';
import type { FileProblemCode } from './roster.file.js';
import type { BankStatementFailure } from './bank-statement.js';
import type { SubmissionFailure } from './submission.js';

type Failure =
  | RegisterFailure
  | TermsFailure
  | SubmissionFailure
  | FileRefused
  | PaymentFailure
  | BankStatementFailure
  | Exclude<EstimateRefusal, { type: 'NoFactor' }>;

/** How each failure looks from outside: the code on the wire beside status and title. */
export const employerProblems = {
  EmployerConflict: {
    code: 'employer-conflict',
    status: 409,
    title: { en: 'This employer is registered with other content', zh: '该单位已以不同内容登记' },
  },
  RegionUnknown: {
    code: 'region-unknown',
    status: 422,
    title: { en: 'No rules are known for this region', zh: '该地区没有政策参数' },
  },
  Conflict: {
    code: 'write-conflict',
    status: 409,
    title: { en: 'The record changed meanwhile: send it again', zh: '记录已被同时修改，请重新发送' },
  },
  EmployerNotFound: {
    code: 'employer-not-found',
    status: 404,
    title: { en: 'This employer is not registered', zh: '该单位未登记' },
  },
  MonthInFuture: {
    code: 'month-in-future',
    status: 422,
    title: { en: 'This month has not begun', zh: '费款所属期尚未开始' },
  },
  EvidenceRequired: {
    code: 'evidence-required',
    status: 422,
    title: {
      en: 'A month so long past is paid only with papers',
      zh: '补缴时间较久的费款所属期，须提供证明材料',
    },
  },
  FileRefused: {
    code: 'file-refused',
    status: 422,
    title: {
      en: 'Not every row can be accepted: nothing of the file was taken',
      zh: '文件中有不能受理的行，整份文件未受理',
    },
  },
  NoPolicy: {
    code: 'policy-missing',
    status: 422,
    title: { en: 'The region has no rules for this month', zh: '该地区没有该月份的政策参数' },
  },
  MonthDeclared: {
    code: 'month-declared',
    status: 409,
    title: { en: 'This month is declared', zh: '该费款所属期已申报' },
  },
  NoLastMonth: {
    code: 'last-month-missing',
    status: 422,
    title: { en: 'Nothing stands for the month before', zh: '上月没有可作依据的缴费' },
  },
  DeclarationNotDue: {
    code: 'declaration-not-due',
    status: 422,
    title: { en: 'The due day of this month has not passed', zh: '尚未超过申报期限' },
  },
  SubmissionNotFound: {
    code: 'submission-not-found',
    status: 404,
    title: { en: 'There is no such submission', zh: '申报不存在' },
  },
  IdempotencyKeyReused: {
    code: 'idempotency-key-reused',
    status: 422,
    title: { en: 'This key was used with other content', zh: '该幂等键已用于不同内容' },
  },
  SubmissionNotAssessed: {
    code: 'submission-not-assessed',
    status: 409,
    title: { en: 'Not every row is judged yet', zh: '申报尚未核定完毕' },
  },
  SubmissionAlreadyPaid: {
    code: 'submission-already-paid',
    status: 409,
    title: { en: 'This submission is paid already', zh: '该申报已缴费' },
  },
  SubmissionWithdrawn: {
    code: 'submission-withdrawn',
    status: 409,
    title: { en: 'This submission is withdrawn', zh: '该申报已撤回' },
  },
  SubmissionPartPaid: {
    code: 'submission-part-paid',
    status: 409,
    title: { en: 'Money has come for this submission', zh: '该申报已有缴费到账' },
  },
  NotWithdrawable: {
    code: 'not-withdrawable',
    status: 409,
    title: {
      en: 'A base change or a difference is taken back by another one',
      zh: '基数调整或补差不能撤回，请以新的调整更正',
    },
  },
  NoCredit: {
    code: 'no-credit',
    status: 409,
    title: { en: 'The employer has no credit', zh: '该单位没有余额' },
  },
  CreditTooLow: {
    code: 'credit-too-low',
    status: 409,
    title: { en: 'The credit of the employer is less than this', zh: '该单位余额不足' },
  },
  PaidOnInFuture: {
    code: 'paid-on-in-future',
    status: 422,
    title: { en: 'The day of payment lies ahead', zh: '缴费日期晚于今天' },
  },
  BankStatementNotFound: {
    code: 'bank-statement-not-found',
    status: 404,
    title: { en: 'There is no such statement of the bank', zh: '银行流水文件不存在' },
  },
  PaymentInProgress: {
    code: 'payment-in-progress',
    status: 503,
    title: {
      en: 'The payment is recorded and being credited: send it again',
      zh: '缴费已入账，正在记入个人，请稍后重发',
    },
  },
} satisfies Record<Failure['type'], ProblemSpec & Readonly<{ code: string }>>;

/** A file that is refused as a whole. */
export const fileProblems = {
  'file-too-large': { status: 413, title: { en: 'The file is over 32 MiB', zh: '文件超过 32 MiB' } },
  'file-not-text': { status: 400, title: { en: 'The file is not a text file', zh: '文件不是文本文件' } },
  'file-encoding': {
    status: 400,
    title: { en: 'The file is neither UTF-8 nor GB18030', zh: '文件编码既非 UTF-8 也非 GB18030' },
  },
  'file-empty': { status: 400, title: { en: 'The file is empty', zh: '文件为空' } },
  'file-without-rows': {
    status: 400,
    title: { en: 'The file has a header and no rows', zh: '文件只有表头，没有数据行' },
  },
  'file-type-unsupported': {
    status: 415,
    title: {
      en: 'This kind of file is not taken: send .xlsx or CSV',
      zh: '不支持该类型文件，请提交 .xlsx 或 CSV 文件',
    },
  },
  'file-xls': {
    status: 415,
    title: {
      en: 'Workbooks of the old format (.xls) are not taken: save it as .xlsx',
      zh: '不支持旧版 .xls 工作簿，请另存为 .xlsx',
    },
  },
  'file-encrypted': {
    status: 422,
    title: {
      en: 'The workbook is protected by a password: save it without one',
      zh: '工作簿已加密，请取消密码后重新保存',
    },
  },
  'workbook-malformed': {
    status: 400,
    title: { en: 'The workbook is damaged or incomplete', zh: '工作簿已损坏或不完整' },
  },
  'workbook-too-large': {
    status: 413,
    title: { en: 'The workbook is too large when unpacked', zh: '工作簿解压后过大' },
  },
  'column-missing': { status: 400, title: { en: 'A column is missing', zh: '缺少列' } },
  'column-unknown': { status: 400, title: { en: 'A column is unknown', zh: '存在无法识别的列' } },
  'column-duplicate': { status: 400, title: { en: 'A column stands twice', zh: '存在重复的列' } },
  'row-malformed': {
    status: 400,
    title: {
      en: 'A line has not the cells of the header, or a quote is not closed',
      zh: '行的单元格与表头不符或引号未闭合',
    },
  },
  'too-many-rows': {
    status: 422,
    title: { en: 'The file has over 100,000 rows', zh: '文件超过 100,000 行' },
  },
} satisfies Record<FileProblemCode, ProblemSpec>;

export const uploadProblems = {
  'file-missing': { status: 400, title: { en: 'The form has no file', zh: '表单中没有文件' } },
} satisfies Record<string, ProblemSpec>;
