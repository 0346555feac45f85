// Reads the doc comments of types and their fields from declarations by tsc, so that each description is written once.
const TOKEN =
  /\/\*\*([^]*?)\*\/|^export interface (\w+)(?: extends (\w+))?|^export (?:declare )?(?:type|const|function|class) (\w+)|^ {4}(\w+)\??: ([^]*?);$|^\}/gm;

/**
 * @param {string[]} declarations the texts of .d.ts files
 * @returns {Map<string, { text?: string, parent?: string, fields: Map<string, { text?: string, type: string
 * }> }>} by type
 */
export function typeDocs(declarations) {
  const types = new Map();
  for (const declaration of declarations) {
    let doc;
    let open;
    for (const [all, comment, name, parent, other, field, type] of declaration.matchAll(TOKEN)) {
      if (comment !== undefined) {
        doc = plainText(comment);
        continue;
      }
      if (name !== undefined) {
        open = { text: doc, parent, fields: new Map() };
        types.set(name, open);
      } else if (other !== undefined) types.set(other, { text: doc, fields: new Map() });
      else if (field !== undefined) open?.fields.set(field, { text: doc, type });
      else if (all === '}') open = undefined;
      doc = undefined;
    }
  }
  return types;
}

function plainText(comment) {
  return comment
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/\{@link (\w+)\}/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
