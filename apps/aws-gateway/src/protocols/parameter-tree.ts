import { HTTP } from '@strongroom/bounds';
import { serialization } from '../aws-error';

/** A parameter of a Query request and those below it: `Tags.member.1.Key` is below `Tags.member.1`. */
export class ParameterTree {
  value?: string;
  private readonly children = new Map<string, ParameterTree>();

  /**
   * Takes each parameter once.
   * @throws AwsError SerializationException for a name that is too long, too deep, or repeated
   */
  static of(parameters: Iterable<readonly [name: string, value: string]>): ParameterTree {
    const root = new ParameterTree();
    for (const [name, value] of parameters) {
      const at = root.at(name);
      if (at.value !== undefined) throw serialization('A parameter must not be repeated.');
      at.value = value;
    }
    return root;
  }

  under(part: string): ParameterTree | undefined {
    return this.children.get(part);
  }

  /** `member.1`, `member.2`, … without gaps. */
  get items(): ParameterTree[] {
    return this.under('member')?.numbered ?? [];
  }

  /** `1`, `2`, … without gaps. */
  get numbered(): ParameterTree[] {
    const items: ParameterTree[] = [];
    for (let item = this.under('1'); item !== undefined; item = this.under(String(items.length + 1))) items.push(item);
    return items;
  }

  private at(name: string): ParameterTree {
    if (name.length > HTTP.parameterName) {
      throw serialization(`The name of a parameter must have at most ${HTTP.parameterName} characters.`);
    }
    const parts = name.split('.');
    if (parts.length > HTTP.parameterDepth) {
      throw serialization(`The name of a parameter must have at most ${HTTP.parameterDepth} parts.`);
    }
    return parts.reduce<ParameterTree>((tree, part) => tree.child(part), this);
  }

  private child(part: string): ParameterTree {
    let child = this.children.get(part);
    if (child === undefined) this.children.set(part, (child = new ParameterTree()));
    return child;
  }
}
