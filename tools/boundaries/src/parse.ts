import type { Expression, Node } from 'oxc-parser';
import { parseSync, Visitor } from 'oxc-parser';

export interface ImportSite {
  readonly specifier: string;
  readonly line: number;
}

/** A place that reaches for the outside world through a global: the clock, chance, the network, the environment. */
export interface GlobalUse {
  readonly name: string;
  readonly line: number;
}

export interface ParsedSource {
  readonly imports: readonly ImportSite[];
  readonly globals: readonly GlobalUse[];
}

/** Throws when the file does not parse. */
export function parseSource(path: string, text: string): ParsedSource {
  const { program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error) throw new Error(`${path} does not parse: ${error.message}`);
  const imports: ImportSite[] = [];
  const globals: GlobalUse[] = [];
  const line = (node: Node): number => text.slice(0, node.start).split('\n').length;
  const imported = (node: Node, specifier: string): void => {
    imports.push({ specifier, line: line(node) });
    if (/^(node:)?process$/.test(specifier) && importsEnvironment(node)) use(node, 'process.env');
  };
  const use = (node: Node, name: string): void => {
    globals.push({ name, line: line(node) });
  };

  new Visitor({
    ImportDeclaration: (node) => imported(node, node.source.value),
    ExportAllDeclaration: (node) => imported(node, node.source.value),
    ExportNamedDeclaration: (node) => node.source && imported(node, node.source.value),
    ImportExpression: (node) => importedFrom(node, node.source),
    TSImportType: (node) => imported(node, node.source.value),
    TSExternalModuleReference: (node) => imported(node, node.expression.value),
    CallExpression: (node) => {
      const callee = dottedName(node.callee);
      if (callee === 'require' || callee === 'require.resolve') importedFrom(node, node.arguments[0]);
      else if (callee) use(node, `${callee}()`);
    },
    NewExpression: (node) => {
      const callee = dottedName(node.callee);
      if (callee) use(node, node.arguments.length === 0 ? `new ${callee}()` : `new ${callee}(…)`);
    },
    MemberExpression: (node) => {
      const name = dottedName(node);
      if (name) use(node, name);
    },
    VariableDeclarator: (node) => {
      if (node.id.type !== 'ObjectPattern' || !node.init) return;
      const from = dottedName(node.init);
      for (const property of node.id.properties) {
        if (from && property.type === 'Property' && property.key.type === 'Identifier') {
          use(property, `${from}.${property.key.name}`);
        }
      }
    },
  }).visit(program);
  return { imports, globals };

  function importedFrom(node: Node, source: Node | undefined): void {
    if (source?.type === 'Literal' && typeof source.value === 'string') imported(node, source.value);
  }
}

function importsEnvironment(node: Node): boolean {
  if (node.type !== 'ImportDeclaration') return false;
  return node.specifiers.some(
    (specifier) =>
      specifier.type === 'ImportSpecifier' &&
      specifier.imported.type === 'Identifier' &&
      specifier.imported.name === 'env',
  );
}

/** `a`, `a.b`, `a['b']`, `globalThis.a.b`; undefined for anything that is not such a chain of names. */
function dottedName(node: Expression | Node): string | undefined {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression') return undefined;
  const object = dottedName(node.object);
  const property =
    node.property.type === 'Identifier' && !node.computed ? node.property.name : literal(node.property);
  if (object === undefined || property === undefined) return undefined;
  return object === 'globalThis' ? property : `${object}.${property}`;
}

function literal(node: Node): string | undefined {
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}
