export { identityNumbers, identityTexts } from './identity-rules';
export { keyNumbers, keyTexts } from './key-rules';
export { inRange, lengthOf, matches, type NumberRule, obeys, type TextRule } from './rule';
export { secretFilterKeys, secretNumbers, secretTexts } from './secret-rules';
