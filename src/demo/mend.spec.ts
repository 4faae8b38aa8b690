import { describe, expect, it } from '@jest/globals';
import { mendRows, readCorrections, replaceLines } from './mend.js';

const corrections = readCorrections(
  'line,ssn,name,wage,employment,insurances\n3,N3,B,2.00,,\n5,N5,D,4.00,flexible,\n',
);
const errors =
  '姓名,社会保障号码,缴费工资,用工形式,错误\nB,N0,2.00,,ssn-invalid\n,N5,4.00,flexible,name-missing\n';

describe('mending errors.csv', () => {
  it('puts each row right in the order of the file’s columns, and drops the column of errors', () =>
    expect([...mendRows(errors, [3, 5], corrections)]).toEqual([
      [3, 'B,N3,2.00,'],
      [5, 'D,N5,4.00,flexible'],
    ]));
  it('puts them back at their lines and leaves the others alone', () =>
    expect(
      replaceLines(
        'h\na\nb\nc\nd\n',
        new Map([
          [3, 'B'],
          [5, 'D'],
        ]),
      ),
    ).toBe('h\na\nB\nc\nD\n'));
  it('stops when rows are missing, when nobody knows the right row, or when no column names the error', () => {
    expect(() => mendRows(errors, [3], corrections)).toThrow('1 were rejected');
    expect(() => mendRows(errors, [3, 4], corrections)).toThrow('line 4');
    expect(() => mendRows('ssn,name,wage\n1,2,3\n', [3], corrections)).toThrow('names the error');
  });
});
