import { BlockList, isIP } from 'node:net';
import { familyOf, formsOf } from './ip-address';

export interface Destination {
  /** As the secret names it. */
  host: string;
  /** One of the addresses of the host. */
  address: string;
  port: number;
}

/** A rule's decision: `open` also allows what is closed by default, because the rule names one host and port. */
export type Verdict = 'open' | 'allow' | 'deny';

interface Rule {
  verdict: Verdict;
  matches(destination: Destination): boolean;
}

const SHAPE = /^(allow|deny)\s+(\*|\[[0-9a-fA-F:.]+(?:\/\d{1,3})?\]|[^\s:[\]]+)(?::(\d{1,5})(?:-(\d{1,5}))?)?$/;
const NAME = /^(\*\.)?[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/i;

/**
 * The operator's rules for what rotation may connect to, such as `allow db.example:5432, allow 10.2.0.0/16:3306-3310, allow
 * *.db.example, deny *`. The first rule that matches decides. If none does, everything is allowed except what is closed by
 * default.
 */
export class EgressRules {
  private constructor(private readonly rules: readonly Rule[]) {}

  /** @throws RangeError that quotes the first rule that is none */
  static parse(text: string): EgressRules {
    const parts = text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
    return new EgressRules(parts.map(ruleOf));
  }

  decide(destination: Destination): Verdict | undefined {
    return this.rules.find((rule) => rule.matches(destination))?.verdict;
  }
}

const ruleOf = (text: string): Rule => {
  const wrong = () =>
    new RangeError(
      `"${text.slice(0, 100)}" must be allow or deny and a host name, *.domain, an address, a network such as 10.0.0.0/8 (IPv6 in brackets) or *, with or without :port or :port-port`,
    );
  const [, decision, target = '', from, to = from] = SHAPE.exec(text) ?? [];
  if (!decision) throw wrong();
  const [first, last] = [Number(from ?? 0), Number(to ?? 65_535)];
  if (first > last || last > 65_535) throw wrong();
  const matchesTarget = matcherOf(target.replaceAll(/[[\]]/g, ''), wrong);
  const isExact = from !== undefined && !/[*/]/.test(target);
  return {
    verdict: decision === 'deny' ? 'deny' : isExact ? 'open' : 'allow',
    matches: (destination) => destination.port >= first && destination.port <= last && matchesTarget(destination),
  };
};

const matcherOf = (target: string, wrong: () => Error): ((destination: Destination) => boolean) => {
  if (target === '*') return () => true;
  const [address = '', length] = target.split('/');
  if (isIP(address)) {
    const list = new BlockList();
    try {
      if (length === undefined) list.addAddress(address, familyOf(address));
      else list.addSubnet(address, Number(length), familyOf(address));
    } catch {
      throw wrong();
    }
    return (destination) => formsOf(destination.address).some((form) => list.check(form, familyOf(form)));
  }
  // Text that looks like an address but is not one would otherwise count as a name that nobody has.
  if (!NAME.test(target) || /^[\d.]+$/.test(target)) throw wrong();
  const name = target.toLowerCase();
  if (!name.startsWith('*.')) return ({ host }) => nameOf(host) === name;
  return ({ host }) => nameOf(host).endsWith(name.slice(1));
};

const nameOf = (host: string): string => host.toLowerCase().replace(/\.$/, '');
