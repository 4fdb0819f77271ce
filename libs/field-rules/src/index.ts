export { identityNumbers, identityTexts, policySizes } from './identity-rules';
export { keyNumbers, keyTexts } from './key-rules';
export { readNextToken, unknownToken, writeNextToken } from './next-token';
export { inRange, lengthOf, matches, type NumberRule, obeys, type TextRule } from './rule';
export { secretFilterKeys, secretNumbers, secretTexts } from './secret-rules';
