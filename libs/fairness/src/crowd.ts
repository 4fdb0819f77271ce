interface Member {
  weight: number;
  giveWay: () => void;
}

interface Share {
  weight: number;
  /** The first is the oldest. */
  members: Set<Member>;
}

/** Where somebody is in a crowd. */
export interface Place {
  /** Weighs more from now on; somebody may have to give way for it, perhaps this one itself. */
  grow(by: number): void;
  /** No more is said of it; a second time does nothing. */
  leave(): void;
}

/**
 * A bounded crowd of those who are not trusted yet. When all of them together weigh too much, the oldest of the heaviest share gives way: who takes much
 * is in their own way first, and what is quick is served however many are slow.
 */
export class Crowd {
  private weight = 0;
  private readonly shares = new Map<string, Share>();

  constructor(private readonly most: number) {}

  /** `giveWay` is called at most once, and not after leaving. */
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
