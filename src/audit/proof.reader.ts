import { Injectable } from '@nestjs/common';
import { EventStore, type StoredEvent } from '../event-store/event-store.js';
import { streamOf } from '../individual/individual.js';
import { merkleLeafOf, type SignedHead } from './checkpoint.js';
import { CheckpointPlaces } from './checkpoint.places.js';
import { CheckpointReader } from './checkpoint.reader.js';
import { MerkleTree } from './merkle.js';
import { PROOF_FORMAT, type ProofEvent } from './proof.document.js';

const EVENTS_A_PAGE = 200;

/** One checkpoint as far as it speaks of one stream. */
type Cover = Readonly<{
  signed: SignedHead;
  /** Position of its last event. */
  end: bigint;
  /** Places among its leaves, by revision. */
  indexes: ReadonlyMap<bigint, number>;
  tree: MerkleTree;
}>;

/** Writes proofs as the events come: a page of events and one checkpoint are in memory at a time. */
@Injectable()
export class ProofReader {
  private readonly places: CheckpointPlaces;

  constructor(
    private readonly store: EventStore,
    private readonly reader: CheckpointReader,
  ) {
    this.places = new CheckpointPlaces(store, reader);
  }

  /** The document in pieces of JSON; undefined when there is no such person. */
  async open(id: string): Promise<AsyncGenerator<string> | undefined> {
    const stream = streamOf(id);
    const [first] = await this.store.read(stream, { max: 1 });
    if (!first) return undefined;
    const newest = await this.reader.findNewest();
    return this.pieces(id, stream, newest?.signed);
  }

  private async *pieces(id: string, stream: string, newest: SignedHead | undefined): AsyncGenerator<string> {
    yield `{"format":${JSON.stringify(PROOF_FORMAT)},"id":${JSON.stringify(id)},"stream":${JSON.stringify(stream)},"log":[`;
    const named: SignedHead[] = [];
    let [uncovered, separator] = [0, ''];
    let cover: Cover | undefined;
    for await (const event of this.events(stream)) {
      const covering = await this.findCover(event, cover, newest);
      if (covering && covering !== cover) named.push(covering.signed);
      cover = covering ?? cover;
      const proven = toProofEvent(event, covering);
      if (proven.checkpoint === null) uncovered += 1;
      yield `${separator}${JSON.stringify(proven)}`;
      separator = ',';
    }
    if (newest && newest.number !== named.at(-1)?.number) named.push(newest);
    yield `],"checkpoints":${JSON.stringify(named)},"uncovered":${uncovered}}`;
  }

  private async *events(stream: string): AsyncGenerator<StoredEvent> {
    for (let from = 0n; ;) {
      const page = await this.store.read(stream, { from, max: EVENTS_A_PAGE });
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < EVENTS_A_PAGE) return;
      from = last.revision + 1n;
    }
  }

  /** The checkpoint that covers an event, at or after the one that covers the event before. */
  private async findCover(
    { stream, position }: StoredEvent,
    before: Cover | undefined,
    newest: SignedHead | undefined,
  ): Promise<Cover | undefined> {
    if (before && position <= before.end) return before;
    if (!newest) return undefined;
    const from = before ? before.signed.number + 1 : 0;
    const number = await this.places.findCovering(position, from, newest.number);
    return number === undefined ? undefined : this.load(number, stream);
  }

  private async load(number: number, stream: string): Promise<Cover | undefined> {
    const found = await this.reader.findWithLeaves(number);
    if (!found) return undefined;
    const { checkpoint, leaves } = found;
    const indexes = new Map<bigint, number>();
    for (const [index, leaf] of leaves.entries())
      if (leaf.stream === stream) indexes.set(leaf.revision, index);
    const tree = new MerkleTree(leaves.map(merkleLeafOf));
    return { signed: checkpoint.signed, end: await this.places.endOf(number), indexes, tree };
  }
}

/** An event that its checkpoint does not know is told as not covered; whoever checks the proof will see that it ought to be. */
const toProofEvent = ({ revision, id, type, data, metadata }: StoredEvent, cover?: Cover): ProofEvent => {
  const index = cover?.indexes.get(revision);
  const bytes = { revision: revision.toString(), id, type, data, metadata };
  if (!cover || index === undefined) return { ...bytes, checkpoint: null, index: null, path: [] };
  const path = cover.tree.pathOf(index).map((hash) => hash.toString('hex'));
  return { ...bytes, checkpoint: cover.signed.number, index, path };
};
