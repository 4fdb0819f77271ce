interface Member {
  weight: number;
  giveWay: () => void;
}

interface Share {
  weight: number;
  /** The first is the oldest. */
  members: Set<Member>;
}

/** A member's place in a crowd. */
export interface Place {
  /** Adds weight to this member. Somebody may have to leave for it, perhaps this member itself. */
  grow(by: number): void;
  /** Leaves the crowd; a second call does nothing. */
  leave(): void;
}

/**
 * A bounded crowd of callers who are not trusted yet. If all of them together weigh too much, the oldest member of the heaviest
 * share must leave. So those who take much hinder themselves first, and quick calls are served however many slow ones there are.
 */
export class Crowd {
  private weight = 0;
  private readonly shares = new Map<string, Share>();

  constructor(private readonly most: number) {}

  /** Calls `giveWay` at most once, and never after the member has left. */
  enter(name: string, weight: number, giveWay: () => void): Place {
    let share = this.shares.get(name);
    if (share === undefined) this.shares.set(name, (share = { weight: 0, members: new Set() }));
    const member = { weight, giveWay };
    share.members.add(member);
    this.add(share, weight);
    return {
      grow: (by) => {
        if (!share.members.has(member)) return;
        member.weight += by;
        this.add(share, by);
      },
      leave: () => this.remove(name, share, member),
    };
  }

  private add(share: Share, weight: number): void {
    share.weight += weight;
    this.weight += weight;
    while (this.weight > this.most) {
      const [name, heaviest] = this.heaviest();
      const [oldest] = heaviest.members;
      this.remove(name, heaviest, oldest!);
      oldest!.giveWay();
    }
  }

  private remove(name: string, share: Share, member: Member): void {
    if (!share.members.delete(member)) return;
    share.weight -= member.weight;
    this.weight -= member.weight;
    if (share.members.size === 0) this.shares.delete(name);
  }

  private heaviest(): [string, Share] {
    let found: [string, Share] | undefined;
    for (const entry of this.shares) if (found === undefined || entry[1].weight > found[1].weight) found = entry;
    return found!;
  }
}
