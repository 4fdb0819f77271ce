import type { CompiledPolicy, CompileOptions, Finding, PolicyKind } from './model';

/** Checks and compiles a policy document. Throws MalformedPolicyDocumentException with the first error's place and rule. */
export function compilePolicy(_document: string, _kind: PolicyKind, _options: CompileOptions = {}): CompiledPolicy {
  throw new Error('not written yet');
}

/** Everything that is wrong or unwise in a document, in its order; never throws. */
export function validatePolicy(_document: string, _kind: PolicyKind, _options: CompileOptions = {}): Finding[] {
  throw new Error('not written yet');
}
