/** Why a text is no pattern: the field, and the rule that it breaks. */
export class PatternFault extends Error {
  override readonly name = 'PatternFault';

  /** @param place the path of the field, such as `detail.eventName`; empty for the pattern itself */
  static at(place: string, rule: string): PatternFault {
    return new PatternFault(place === '' ? `The pattern ${rule}` : `"${place}" ${rule}`);
  }
}
