import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import assert from 'node:assert';
import { createHash } from 'node:crypto';
import { headFromPath, headOf, leafHashOf, MerkleRange, MerkleTree, type MerkleState } from './merkle.js';

/** The tree of Certificate Transparency's reference tests: eight leaves, and the head of each size from nought. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const HEADS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
/** Audit paths of the same tests: index, size, hashes from the leaf up. */
const PATHS = [
  { index: 0, size: 1, path: [] },
  {
    index: 0,
    size: 8,
    path: [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  },
  {
    index: 5,
    size: 8,
    path: [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  },
  { index: 2, size: 3, path: ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'] },
  {
    index: 1,
    size: 5,
    path: [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  },
];
const hashes = LEAVES.map((leaf) => leafHashOf(Buffer.from(leaf, 'hex')));
const hex = (buffers: readonly Buffer[]): readonly string[] => buffers.map((each) => each.toString('hex'));

/** The definition of RFC 6962, 2.1 and 2.1.1, word for word. */
const node = (left: Buffer, right: Buffer): Buffer =>
  createHash('sha256')
    .update(Buffer.concat([Buffer.of(1), left, right]))
    .digest();
const splitOf = (size: number): number => {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
};
const definedHead = (leaves: readonly Buffer[]): Buffer => {
  const [only] = leaves;
  if (!only) return createHash('sha256').digest();
  if (leaves.length === 1) return only;
  const split = splitOf(leaves.length);
  return node(definedHead(leaves.slice(0, split)), definedHead(leaves.slice(split)));
};
const definedPath = (leaves: readonly Buffer[], index: number): readonly Buffer[] => {
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...definedPath(left, index), definedHead(right)]
    : [...definedPath(right, index - split), definedHead(left)];
};

describe('the reference tree', () => {
  it.each(HEADS.map((head, size) => [size, head] as const))('of %i leaves', (size, head) =>
    expect(headOf(hashes.slice(0, size)).toString('hex')).toBe(head),
  );

  it('has each of these heads as it grows', () => {
    const range = new MerkleRange();
    for (const [size, hash] of hashes.entries()) {
      expect(range.head().toString('hex')).toBe(HEADS[size]);
      range.push(hash);
    }
    expect([range.size, range.head().toString('hex')]).toEqual([8, HEADS[8]]);
  });

  it.each(PATHS)('has the path of leaf $index of $size', ({ index, size, path }) => {
    expect(hex(new MerkleTree(hashes.slice(0, size)).pathOf(index))).toEqual(path);
    const siblings = path.map((each) => Buffer.from(each, 'hex'));
    const leaf = hashes[index];
    assert(leaf);
    expect(headFromPath(leaf, index, size, siblings)?.toString('hex')).toBe(HEADS[size]);
  });
});

const trees = fc
  .integer({ min: 1, max: 40 })
  .map((size) => Array.from({ length: size }, (_, i) => leafHashOf(Buffer.of(i))));
const places = trees.chain((leaves) =>
  fc.record({ leaves: fc.constant(leaves), index: fc.nat({ max: leaves.length - 1 }) }),
);

describe('any tree', () => {
  it('has the head and the paths of the definition', () => {
    for (let size = 1; size <= 40; size++) {
      const leaves = Array.from({ length: size }, (_, i) => leafHashOf(Buffer.of(i)));
      const tree = new MerkleTree(leaves);
      const head = headOf(leaves);
      expect(head).toEqual(definedHead(leaves));
      for (const [index, leaf] of leaves.entries()) {
        expect(tree.pathOf(index)).toEqual(definedPath(leaves, index));
        expect(headFromPath(leaf, index, size, tree.pathOf(index))).toEqual(head);
      }
    }
  });

  it('leads elsewhere from another leaf, sibling, place or size', () =>
    fc.assert(
      fc.property(
        places,
        fc.nat(),
        fc.nat({ max: 80 }),
        fc.nat({ max: 80 }),
        ({ leaves, index }, at, i, n) => {
          const size = leaves.length;
          const path = new MerkleTree(leaves).pathOf(index);
          const leaf = leaves[index];
          assert(leaf);
          const head = headOf(leaves).toString('hex');
          const from = (hash: Buffer, place: number, total: number, siblings: readonly Buffer[]) =>
            headFromPath(hash, place, total, siblings)?.toString('hex');
          expect(from(leafHashOf(Buffer.of(255)), index, size, path)).not.toBe(head);
          if (i !== index) expect(from(leaf, i, size, path)).not.toBe(head);
          if (path.length > 0) {
            const wrong = path.map((each, p) => (p === at % path.length ? leafHashOf(each) : each));
            expect(from(leaf, index, size, wrong)).not.toBe(head);
            expect(from(leaf, index, size, path.slice(1))).not.toBe(head);
          }
          expect(from(leaf, index, size, [...path, leaf])).toBeUndefined();
          // Another size may have the very same way up; where the way is longer or shorter, there is none.
          if (n <= index) return expect(from(leaf, index, n, path)).toBeUndefined();
          const others = Array.from({ length: n }, (_, other) => leafHashOf(Buffer.of(other)));
          if (new MerkleTree(others).pathOf(index).length !== path.length)
            expect(from(leaf, index, n, path)).toBeUndefined();
        },
      ),
    ));

  it('has no path for a place outside', () => {
    expect(headFromPath(hashes[0] ?? Buffer.of(), -1, 8, [])).toBeUndefined();
    expect(headFromPath(hashes[0] ?? Buffer.of(), 8, 8, [])).toBeUndefined();
    expect(() => new MerkleTree(hashes).pathOf(8)).toThrow();
    expect(() => new MerkleTree([]).pathOf(0)).toThrow();
  });

  it('gives the paths of all 1,024 leaves of a full checkpoint without hashing a node twice', () => {
    const leaves = Array.from({ length: 1_024 }, (_, i) => leafHashOf(Buffer.from(i.toString())));
    const tree = new MerkleTree(leaves);
    const head = headOf(leaves);
    for (let index = 0; index < leaves.length; index += 97) {
      const path = tree.pathOf(index);
      expect(path).toHaveLength(10);
      expect(headFromPath(leaves[index] ?? Buffer.of(), index, 1_024, path)).toEqual(head);
    }
    // The same nodes, not equal ones made anew.
    expect(tree.pathOf(0).at(-1)).toBe(tree.pathOf(1).at(-1));
  });
});

describe('a range that is carried on from what was kept of it', () => {
  const leaves = Array.from({ length: 70 }, (_, i) => leafHashOf(Buffer.from(i.toString())));
  const rangeOf = (count: number): MerkleRange => {
    const range = new MerkleRange();
    for (const leaf of leaves.slice(0, count)) range.push(leaf);
    return range;
  };

  it('comes to the same head, wherever it was cut', () => {
    for (let cut = 0; cut <= leaves.length; cut++) {
      const kept = JSON.parse(JSON.stringify(rangeOf(cut).toState())) as MerkleState;
      const range = MerkleRange.fromState(kept);
      assert(range);
      expect([range.size, range.head()]).toEqual([cut, headOf(leaves.slice(0, cut))]);
      for (const leaf of leaves.slice(cut)) range.push(leaf);
      expect(range.head()).toEqual(headOf(leaves));
    }
  });

  it('is none when heads and leaves do not fit', () => {
    const { leaves: count, heads } = rangeOf(6).toState();
    expect(MerkleRange.fromState({ leaves: 7, heads })).toBeUndefined();
    expect(MerkleRange.fromState({ leaves: count, heads: heads.slice(1) })).toBeUndefined();
    expect(MerkleRange.fromState({ leaves: count, heads: ['x', ...heads.slice(1)] })).toBeUndefined();
  });
});
