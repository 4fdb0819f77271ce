/** One statement, as matchers. */
export interface CompiledStatement {
  readonly sid?: string;
}
