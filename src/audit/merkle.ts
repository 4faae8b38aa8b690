import assert from 'node:assert';
import { hash } from 'node:crypto';

/** Hashes of RFC 6962: a leaf and a node begin with bytes of their own, so that neither passes for the other. */
const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** In one call: a hash object that is fed part by part takes half as long again for so few bytes. */
const sha256 = (...parts: readonly Buffer[]): Buffer => hash('sha256', Buffer.concat(parts), 'buffer');
export const leafHashOf = (data: Buffer): Buffer => sha256(LEAF, data);
const nodeHashOf = (left: Buffer, right: Buffer): Buffer => sha256(NODE, left, right);
/** Head of a tree with no leaf. */
const emptyHead = (): Buffer => sha256();

/** Heads of the full subtrees from the left, 64 hex digits each; their sizes follow from the number of leaves. */
export type MerkleState = Readonly<{ leaves: number; heads: readonly string[] }>;
const HEX_32_BYTES = /^[0-9a-f]{64}$/;

/**
 * The head of a growing Merkle tree (RFC 6962, 2.1), kept as the heads of its full subtrees: memory grows with the
 * logarithm of the leaves.
 */
export class MerkleRange {
  private readonly full: { size: number; head: Buffer }[] = [];
  private leaves = 0;

  /** A range to be carried on; undefined for what `toState` cannot have given. */
  static fromState({ leaves, heads }: MerkleState): MerkleRange | undefined {
    const sizes = fullSizesOf(leaves);
    if (sizes.length !== heads.length || !heads.every((head) => HEX_32_BYTES.test(head))) return undefined;
    const range = new MerkleRange();
    range.leaves = leaves;
    for (const [index, head] of heads.entries())
      range.full.push({ size: sizes[index] ?? 0, head: Buffer.from(head, 'hex') });
    return range;
  }

  get size(): number {
    return this.leaves;
  }

  toState(): MerkleState {
    return { leaves: this.leaves, heads: this.full.map(({ head }) => head.toString('hex')) };
  }

  /** Takes the hash of the next leaf (`leafHashOf`). */
  push(leafHash: Buffer): void {
    let subtree = { size: 1, head: leafHash };
    for (let left = this.full.at(-1); left?.size === subtree.size; left = this.full.at(-1)) {
      this.full.pop();
      subtree = { size: left.size * 2, head: nodeHashOf(left.head, subtree.head) };
    }
    this.full.push(subtree);
    this.leaves++;
  }

  head(): Buffer {
    const last = this.full.at(-1);
    if (!last) return emptyHead();
    return this.full.slice(0, -1).reduceRight((right, { head }) => nodeHashOf(head, right), last.head);
  }
}

/** The powers of two that make up a number of leaves, the largest first. */
const fullSizesOf = (leaves: number): readonly number[] => {
  const sizes: number[] = [];
  for (let rest = leaves; rest > 0; rest -= sizes.at(-1) ?? rest)
    sizes.push(2 ** Math.floor(Math.log2(rest)));
  return sizes;
};

/** The head of a tree over these leaf hashes. */
export const headOf = (leafHashes: readonly Buffer[]): Buffer => {
  const range = new MerkleRange();
  for (const leafHash of leafHashes) range.push(leafHash);
  return range.head();
};

/** A whole tree, for the paths of several of its leaves: each node is hashed once, and kept. */
export class MerkleTree {
  /** Nodes from the leaves up. A node without a sibling is taken up as it is. */
  private readonly levels: readonly (readonly Buffer[])[];

  constructor(leafHashes: readonly Buffer[]) {
    const levels = [leafHashes];
    for (let level = leafHashes; level.length > 1; levels.push(level)) level = levelAbove(level);
    this.levels = levels;
  }

  /** Audit path of a leaf (RFC 6962, 2.1.1), from the leaf up. */
  pathOf(index: number): readonly Buffer[] {
    assert(index >= 0 && index < (this.levels[0]?.length ?? 0), 'the leaf is in the tree');
    return this.levels.flatMap((level, height) => level[Math.floor(index / 2 ** height) ^ 1] ?? []);
  }
}

const levelAbove = (level: readonly Buffer[]): readonly Buffer[] => {
  const above: Buffer[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = level.slice(i, i + 2);
    if (left) above.push(right ? nodeHashOf(left, right) : left);
  }
  return above;
};

/** The largest power of two below a number of leaves: where RFC 6962 splits a tree. */
const splitOf = (size: number): number => 2 ** Math.ceil(Math.log2(size) - 1);

/** The head that a leaf and its audit path lead to; undefined when the path does not belong to such a place. */
export const headFromPath = (
  leafHash: Buffer,
  index: number,
  size: number,
  path: readonly Buffer[],
): Buffer | undefined => {
  if (index < 0 || index >= size) return undefined;
  if (size === 1) return path.length === 0 ? leafHash : undefined;
  const sibling = path.at(-1);
  if (!sibling) return undefined;
  const split = splitOf(size);
  const below = path.slice(0, -1);
  if (index < split) {
    const left = headFromPath(leafHash, index, split, below);
    return left && nodeHashOf(left, sibling);
  }
  const right = headFromPath(leafHash, index - split, size - split, below);
  return right && nodeHashOf(sibling, right);
};
