import { describe, expect, it } from '@jest/globals';
import { fen } from '../kernel/money.js';
import type { SettlementRecord } from './payout.js';
import { columnsOf, RECEIPT_COLUMNS, receiptOf } from './receipt.js';

const record: SettlementRecord = {
  settled: {
    settlement: '5b1c9f4e-52a8-5a63-9d53-0f6f0a6f4a10',
    institution: 'P31010100123',
    institutionSerial: '20251124-000001',
    kind: 'pharmacy',
    occurredAt: '2025-11-24T16:30:20.000Z',
    valueOn: '2025-11-25',
    total: '86.50',
    ownExpense: '6.50',
    inScope: '80.00',
    fundPaid: '0.00',
    accountPaid: '60.00',
    cashPaid: '26.50',
  },
  balanceBefore: fen(6_000n),
  balanceAfter: fen(0n),
  reversal: undefined,
};
const id = 'abcdefghijklmnopqrstuvwxyz';

describe('a receipt', () => {
  it('reads as a till prints it', () =>
    expect(receiptOf(id, record).split('\n')).toEqual([
      '           医保结算单',
      '机构                P31010100123',
      '类别                    药店购药',
      '时间            2025-11-25 00:30',
      '参保人                abcdef****',
      '--------------------------------',
      '费用总额                   86.50',
      '自费                        6.50',
      '范围内                     80.00',
      '统筹支付                    0.00',
      '个人账户支付               60.00',
      '现金支付                   26.50',
      '--------------------------------',
      '账户余额(前)               60.00',
      '账户余额(后)                0.00',
      '--------------------------------',
      '结算号',
      '5b1c9f4e-52a8-5a63-9d53-0f6f0a6f',
      '                            4a10',
      '机构流水         20251124-000001',
      '查询 12393/12333',
    ]));
  it('bears a mark and the balance after its reversal', () => {
    const reversal = {
      institutionSerial: '20251124-000002',
      reason: 'goods returned',
      balanceAfter: fen(6_000n),
    };
    const text = receiptOf(id, { ...record, reversal });
    expect(text).toContain('【已撤销】');
    expect(text).toContain('撤销后余额                 60.00');
    expect(text).toContain('撤销流水         20251124-000002');
  });
  it('never runs over the paper', () => {
    const settled = { ...record.settled, institutionSerial: 'x'.repeat(64), institution: '药'.repeat(40) };
    for (const line of receiptOf(id, { ...record, settled }).split('\n'))
      expect(columnsOf(line)).toBeLessThanOrEqual(RECEIPT_COLUMNS);
  });
  it('names nobody', () => expect(receiptOf(id, record)).not.toContain(id.slice(0, 7)));
});
