import type { Clock } from '@strongroom/clock';
import { invalidParameter } from '@strongroom/errors';
import { checkedEvents, type CheckedEvent } from './block-check';
import type { ChainHead } from './chain';
import { sealInterval } from './sealing';
import { sideBySide } from './side-by-side';
import type { ChainAnchor, Inspection, Inspector, PackedBlock, Sealer, SealStore, TrailReader, Within } from './trail.port';
import type { TrailCuts } from './trail-cuts';
import type { TreeCheck } from './tree-check';
import { VerificationRun, type Progress, type Verification } from './verification-run';
import type { Checkpoint } from './verification-token';

export interface Range {
  /** Inclusive, from 1. */
  from?: number;
  to?: number;
}

export interface VerifierOptions {
  /** The events from one progress to the next, or slightly more. */
  stride?: number;
  /** The most events verified in one answer. */
  most?: number;
  /** Where trails begin. Default: with their first event. */
  cuts?: Pick<TrailCuts, 'beginning'>;
  /** Checks the tree over the events. */
  tree?: Pick<TreeCheck, 'findings'>;
  /** Where blocks are inspected that are many. Default: all in the event loop. */
  inspector?: Inspector;
  /** From so many events on, it is worth it. */
  inspectFrom?: number;
}

const widthOf = (inspector: Inspector): number => Math.min(inspector.width * widthOfThread, MAX_WIDTH);

/** The events that are verified in one turn of their account, or slightly more: what a second is enough for. */
const STRETCH = 20_000;
/** The number of events checked together, or slightly more: among them, a moved event is recognised. */
const page = 500;
/** An event may be this old without a seal, because sealing may be late by a whole interval. */
const sealPatience = 2 * sealInterval;
/** The blocks whose entries are read at a time: the database works on some while this process works on others. */
const width = 3;
/** The blocks that are under way for each thread: it works on one while entries of others are read. */
const widthOfThread = 3;
/** The most blocks under way; each may use a connection to the database. */
export const MAX_WIDTH = 12;

/**
 * Checks a chain against everything that secures it: each event's hash over the one before, the rows and entries that lead to it,
 * the seals that only crypto-keyservice can create, and the end of the chain stored in Redis.
 */
export class TrailVerifier {
  private readonly stride: number;
  private readonly most: number;
  private readonly cuts: VerifierOptions['cuts'];
  private readonly tree: VerifierOptions['tree'];
  private readonly inspector: Inspector | undefined;
  private readonly inspectFrom: number;

  constructor(
    private readonly reader: TrailReader & SealStore,
    private readonly sealer: Sealer,
    private readonly anchor: ChainAnchor,
    private readonly clock: Clock,
    { stride = STRETCH, most = STRETCH, cuts, tree, inspector, inspectFrom = STRETCH }: VerifierOptions = {},
  ) {
    this.stride = stride;
    this.most = most;
    this.cuts = cuts;
    this.tree = tree;
    this.inspector = inspector;
    this.inspectFrom = inspectFrom;
  }

  /** Verifies in one answer. Throws InvalidParameterException for a range of too many events. */
  async verify(accountId: string, range: Range, within: Within): Promise<Verification> {
    const { run, head, anchor } = await this.begin(accountId, range, within);
    if (run.last - run.first >= this.most)
      throw invalidParameter(
        `One answer covers at most ${this.most} events, and these are ${run.last - run.first + 1}: ` +
          'give from_sequence and to_sequence, or call StreamTrailVerification.',
      );
    if (!run.isFromBeginning) run.beginAfter(await this.hashAt(accountId, run.first - 1, within));
    for await (const _ of this.walk(run, anchor, within));
    await this.checkEnd(run, range, { head, anchor }, within);
    return run.result();
  }

  /** Verifies the whole trail, or what follows a checkpoint; the last progress has the result. */
  async *verifyOn(accountId: string, after: Checkpoint | undefined, within: Within): AsyncGenerator<Progress> {
    const { run, head, anchor } = await this.begin(accountId, { from: after && after.sequence + 1 }, within);
    if (after) await this.goOn(run, after, within);
    let next = run.reached + this.stride;
    for await (const _ of this.walk(run, anchor, within)) {
      within.signal?.throwIfAborted();
      if (run.reached < next || run.reached >= run.last) continue;
      next = run.reached + this.stride;
      // A checkpoint also means that the seals up to it were checked.
      await this.checkSeals(run, head, run.reached, within);
      yield run.progress();
    }
    await this.checkEnd(run, {}, { head, anchor }, within);
    yield { ...run.progress(), result: run.result() };
  }

  private async begin(accountId: string, { from = 1, to }: Range, within: Within) {
    // Read before the rows: the trail may grow meanwhile, but it must contain what the anchor says now.
    const anchor = await this.anchor.read(accountId);
    const head = await this.reader.head(accountId, within);
    const { beginning, forged } = (await this.cuts?.beginning(accountId, within)) ?? {};
    const run = new VerificationRun(accountId, from, Math.min(to ?? head.sequence, head.sequence), beginning);
    if (forged) run.find('seal-invalid', forged.sequence, 'the record that the trail was cut here by age is forged');
    return { anchor, head, run };
  }

  private async goOn(run: VerificationRun, after: Checkpoint, within: Within): Promise<void> {
    const { accountId, beginning } = run;
    if (after.sequence > beginning.sequence) run.goOnAfter(after, await this.hashAt(accountId, after.sequence, within));
    // What was verified has been removed since. The cut is sealed, as the checkpoint was.
    else if (after.sequence === beginning.sequence) run.goOnAfter(after, beginning.hash);
    else run.goOnAfter({ ...after, sequence: beginning.sequence, hash: beginning.hash }, beginning.hash);
  }

  /** Pauses after each page. */
  private async *walk(run: VerificationRun, anchor: ChainHead | undefined, within: Within): AsyncGenerator<void> {
    const { accountId, first, last } = run;
    // No chain has a place 0, but a table could.
    const from = first === 1 ? 0 : first;
    const range = { first: from, last };
    const inspector = last - first + 1 >= this.inspectFrom ? this.inspector : undefined;
    const packed = this.reader.packed(accountId, from, last, within);
    const blocks = sideBySide(packed, inspector ? widthOf(inspector) : width, async (block) => {
      const inspection = inspector && (await this.inspect(inspector, block, range, within));
      return { block, inspection, events: inspection ? undefined : await this.check(block, range, within) };
    });
    let taken: CheckedEvent[] = [];
    for await (const { block, inspection, events: checked } of blocks) {
      if (inspection) {
        run.take(taken, anchor);
        taken = [];
        if (run.takeSound(block, inspection, anchor)) {
          yield;
          continue;
        }
      }
      const events = inspection ? await this.check(block, range, within) : checked;
      if (events) taken.push(...events);
      if (events && taken.length < page) continue;
      run.take(taken, anchor);
      taken = [];
      if (!events) run.skip(block);
      yield;
    }
    run.take(taken, anchor);
    run.end();
  }

  /** Undefined if the block is not to be taken as a whole, or something about it is wrong. */
  private async inspect(
    inspector: Inspector,
    block: PackedBlock,
    { first, last }: { first: number; last: number },
    within: Within,
  ): Promise<Inspection | undefined> {
    if (block.firstSequence < first || block.lastSequence > last) return undefined;
    const inspection = await inspector.inspect(block);
    return inspection && (await this.reader.hasEntries(block, inspection, within)) ? inspection : undefined;
  }

  /** The events of the block within the range, with what is wrong; undefined if it cannot be opened. */
  private async check(
    block: PackedBlock,
    range: { first: number; last: number },
    within: Within,
  ): Promise<CheckedEvent[] | undefined> {
    const { events } = await this.reader.open(block);
    return events && checkedEvents({ block, events, ...range }, this.reader, within);
  }

  private async checkEnd(
    run: VerificationRun,
    { to }: Range,
    { head, anchor }: { head: ChainHead; anchor: ChainHead | undefined },
    within: Within,
  ): Promise<void> {
    if (to !== undefined && to > head.sequence) run.missingTail(head.sequence + 1, `it should reach ${to}`);
    if (anchor && anchor.sequence > head.sequence) run.missingTail(head.sequence + 1, `it reached ${anchor.sequence} before`);
    await this.checkSeals(run, head, to ?? Number.MAX_SAFE_INTEGER, within);
    if (to !== undefined) return;
    await this.checkUnsealed(run, head, within);
    if (run.isFromBeginning) await this.checkIdentities(run, within);
  }

  private async checkSeals(run: VerificationRun, head: ChainHead, to: number, within: Within): Promise<void> {
    const { accountId } = run;
    await this.checkTree(run, within);
    for (;;) {
      const seals = await this.reader.seals(accountId, run.sealed + 1, to, within);
      if (seals.length === 0) return;
      for (const seal of seals) {
        run.sealed = seal.sequence;
        if (seal.sequence > head.sequence) {
          run.missingTail(head.sequence + 1, `a seal says that it reached ${seal.sequence}`);
          continue;
        }
        const hash = await this.sealer.open(seal, within);
        if (!hash?.equals(seal.hash)) run.find('seal-invalid', seal.sequence, 'the seal belongs to another place');
        else if (!(await this.hashAt(accountId, seal.sequence, within))?.equals(hash))
          run.find('seal-invalid', seal.sequence, "the event's hash differs from the sealed one");
      }
    }
  }

  private async checkTree(run: VerificationRun, within: Within): Promise<void> {
    if (!this.tree || run.reached <= run.treeChecked) return;
    for await (const { kind, sequence, detail } of this.tree.findings(run.accountId, run.treeChecked + 1, run.reached, within))
      run.find(kind, sequence, detail);
    run.treeChecked = run.reached;
  }

  /**
   * An entry without an event would keep the event with this id out. If the end of a trail was cut off, entries are what remains.
   */
  private async checkIdentities(run: VerificationRun, within: Within): Promise<void> {
    const { entries, places: last, first } = await this.reader.countIdentities(run.accountId, within);
    const places = run.beginning.sequence > 0 ? last - first + 1 : last;
    if (entries > places && !run.hasFound('missing-tail'))
      run.find('changed', places, `there are ${entries} entries of ids for ${places} events`);
  }

  /** Whoever rewrites the trail cannot create seals, but could remove those that contradict it. */
  private async checkUnsealed(run: VerificationRun, head: ChainHead, within: Within): Promise<void> {
    const { sealed } = run;
    if (sealed >= head.sequence) return;
    for await (const { firstSequence, lastSequence, firstTime } of this.reader.packed(
      run.accountId,
      sealed + 1,
      head.sequence,
      within,
    )) {
      if (lastSequence <= sealed) continue;
      if (this.clock.millis() - firstTime > sealPatience) run.findUnsealed(Math.max(sealed + 1, firstSequence));
      return;
    }
  }

  private async hashAt(accountId: string, sequence: number, within: Within): Promise<Buffer | undefined> {
    for await (const block of this.reader.packed(accountId, sequence, sequence, within)) {
      const { events } = await this.reader.open(block);
      return events?.find((event) => event.sequence === sequence)?.hash;
    }
    return undefined;
  }
}
