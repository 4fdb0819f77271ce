const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Variables that decide which code a program runs. Whoever may write a secret must not get to set these just because the secret's
 * name or keys are those of variables.
 */
const STEERING =
  /^(PATH|BASH_ENV|SHELLOPTS|NODE_OPTIONS|PYTHON(PATH|STARTUP|HOME)|PERL5(LIB|OPT)|RUBY(LIB|OPT)|(JAVA_TOOL|_JAVA|JDK_JAVA)_OPTIONS|GIT_SSH_COMMAND|(LD|DYLD|BASH_FUNC)_.*)$/;

/** How a variable is called after a key or a secret: in capitals, with _ for what no variable has in its name, or as it is. */
export const nameCases = ['upper', 'keep'] as const;
export type NameCase = (typeof nameCases)[number];

/** @throws RangeError that names the variable and the rule */
export const requireVariableName = (name: string): string => {
  if (!NAME.test(name)) {
    throw new RangeError(`"${name}" must be the name of a variable: letters, digits and _, and no digit in front`);
  }
  return name;
};

/** The variable for a key of a secret or a part of its name. @throws RangeError that names what it was made of, and the rule */
export const derivedVariableName = (from: string, { nameCase, prefix }: { nameCase: NameCase; prefix: string }): string => {
  const name = `${prefix}${nameCase === 'upper' ? from.toUpperCase().replace(/[^A-Z0-9]/g, '_') : from}`;
  requireVariableName(name);
  if (STEERING.test(name)) {
    throw new RangeError(`${name} decides which code a program runs: to set it, name it, as in --secret ${name}=…`);
  }
  return name;
};

/** @throws RangeError that names the variable and the rule */
export const requireVariableValue = (name: string, value: string | Buffer): string => {
  if (typeof value !== 'string') throw new RangeError(`${name}: the value is binary, and a variable is text`);
  if (value.includes('\0')) throw new RangeError(`${name}: the value has a NUL byte, which a variable cannot have`);
  return value;
};
