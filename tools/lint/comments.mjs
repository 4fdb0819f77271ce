// The formatter wraps code; comments are for us to wrap.
const address = /https?:\/\/\S+/;

const maxLength = {
  meta: { type: 'layout', schema: [{ type: 'integer' }] },
  create(context) {
    const [limit] = context.options;
    return {
      Program() {
        const { sourceCode } = context;
        for (const { loc } of sourceCode.getAllComments()) {
          for (let line = loc.start.line; line <= loc.end.line; line += 1) {
            const text = sourceCode.lines[line - 1] ?? '';
            if (text.length > limit && !address.test(text)) {
              context.report({
                loc: { start: { line, column: 0 }, end: { line, column: text.length } },
                message: `${limit} characters a line`,
              });
            }
          }
        }
      },
    };
  },
};

export default { meta: { name: 'comments' }, rules: { 'max-length': maxLength } };
