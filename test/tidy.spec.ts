import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(import.meta.dirname, '..');
const NOT_OURS = new Set(['node_modules', 'dist', 'build', 'data', 'coverage', '.git']);
const LINES_MAX = 300;
const FUNCTION_LINES_MAX = 60;

const walk = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !NOT_OURS.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? walk(path) : [path];
    });
const files = walk(ROOT).map((path) => relative(ROOT, path));
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const code = files.filter((file) => file.endsWith('.ts'));
const isTest = (file: string): boolean =>
  /[.](spec|contract|property|e2e)[.]ts$/.test(file) || file.startsWith('test/');
/** Decisions, rules and folds: a file without a suffix in a context that decides or counts. */
const isPure = (file: string): boolean =>
  /^src\/(kernel|rules|individual|ledger|employer)\/[^./]+[.]ts$/.test(file) &&
  file !== 'src/kernel/clock.ts';

const parsed = new Map<string, ts.SourceFile>();
const parse = (file: string): ts.SourceFile => {
  const source = parsed.get(file) ?? ts.createSourceFile(file, textOf(file), ts.ScriptTarget.ES2023, true);
  parsed.set(file, source);
  return source;
};
const nodesOf = (node: ts.Node): readonly ts.Node[] => {
  const found: ts.Node[] = [node];
  node.forEachChild((child) => void found.push(...nodesOf(child)));
  return found;
};
const lineOf = (node: ts.Node): number => {
  const source = node.getSourceFile();
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
};
const linesOf = (node: ts.Node): number => {
  const source = node.getSourceFile();
  return source.getLineAndCharacterOfPosition(node.getEnd()).line + 2 - lineOf(node);
};

/** Calls by their text: `Date.now`, `new Date`. */
const callsOf = (file: string): readonly Readonly<{ call: string; line: number }>[] =>
  nodesOf(parse(file)).flatMap((node) => {
    if (ts.isNewExpression(node)) return [{ call: `new ${node.expression.getText()}`, line: lineOf(node) }];
    return ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)
      ? [{ call: (ts.isCallExpression(node) ? node.expression : node).getText(), line: lineOf(node) }]
      : [];
  });
const CLOCK_CALLS = new Set(['Date.now', 'new Date', 'Date.parse']);
const IMPURE_CALLS = new Set(['Math.round', 'parseFloat', 'Number.parseFloat', 'Math.random', 'randomUUID']);

describe('code', () => {
  it('asks only the clock for the time', () => {
    const asking = code
      .filter((file) => file.startsWith('src/') && !isTest(file) && file !== 'src/kernel/clock.ts')
      .flatMap((file) => callsOf(file).map(({ call, line }) => ({ call, at: `${file}:${line} ${call}` })))
      .filter(({ call }) => CLOCK_CALLS.has(call));
    expect(asking.map(({ at }) => at)).toEqual([]);
  });

  it('rounds no float and draws no lots where it decides', () => {
    const impure = code
      .filter(isPure)
      .flatMap((file) => callsOf(file).map(({ call, line }) => ({ call, at: `${file}:${line} ${call}` })))
      .filter(({ call }) => IMPURE_CALLS.has(call));
    expect(impure.map(({ at }) => at)).toEqual([]);
  });

  it(`has no file over ${LINES_MAX} lines`, () => {
    const long = code.map((file) => ({ file, lines: textOf(file).trimEnd().split('\n').length }));
    expect(long.filter(({ lines }) => lines > LINES_MAX)).toEqual([]);
  });

  it(`has no function over ${FUNCTION_LINES_MAX} lines`, () => {
    const functions = code
      .flatMap((file) => nodesOf(parse(file)))
      .filter((node) => ts.isFunctionLike(node) && !isSuite(node));
    const long = functions.filter((node) => linesOf(node) > FUNCTION_LINES_MAX);
    expect(long.map((node) => `${node.getSourceFile().fileName}:${lineOf(node)}`)).toEqual([]);
  });

  it('has nothing left over', () => {
    // Put together, so that this file does not find itself.
    const leftOver = new RegExp(
      `\\b(?:${['FIX' + 'ME', 'TO' + 'DO', 'XX' + 'X'].join('|')})\\b|\\b(?:describe|it|test)[.](?:only|skip)\\b`,
    );
    const found = [...code, ...files.filter((file) => /[.](mjs|cjs|ya?ml|md)$/.test(file))].flatMap((file) =>
      textOf(file)
        .split('\n')
        .flatMap((line, i) => (leftOver.test(line) ? [`${file}:${i + 1}`] : [])),
    );
    expect(found).toEqual([]);
  });

  it('has no test that jest does not run', () => {
    const strays = code.filter((file) => /[._-]tests?[.]ts$|__tests__/.test(file));
    expect(strays).toEqual([]);
  });
});

/** The body of a `describe`, and a function of a contract that holds tests, is a list and nothing to follow. */
const isSuite = (node: ts.Node): boolean =>
  isTest(node.getSourceFile().fileName) &&
  nodesOf(node).some(
    (each) => ts.isCallExpression(each) && /^(?:describe|it)\b/.test(each.expression.getText()),
  );

describe('documents', () => {
  const documents = files.filter((file) => file.endsWith('.md'));

  it('link only to what is there', () => {
    const broken = documents.flatMap((file) =>
      [...withoutCode(textOf(file)).matchAll(/\[[^\]]*\]\(([^)\s]+)[^)]*\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !/^(https?:|mailto:)/.test(target))
        .filter((target) => !leadsSomewhere(file, target))
        .map((target) => `${file}: ${target}`),
    );
    expect(broken).toEqual([]);
  });
});
const withoutCode = (text: string): string => text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
const leadsSomewhere = (file: string, target: string): boolean => {
  const [path = '', anchor] = target.split('#');
  if (path.startsWith('/')) return false;
  const to = path === '' ? file : join(dirname(file), decodeURIComponent(path));
  if (!existsSync(join(ROOT, to))) return false;
  return anchor === undefined || !to.endsWith('.md') || anchorsOf(textOf(to)).has(anchor);
};
const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/^#{1,6}\s+(.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );

const kebab = (name: string): string =>
  name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

/** A problem's code: its table says it, or the place that makes it, or it is the failure's name in kebab case. */
const problemCodes = async (): Promise<readonly string[]> => {
  const tables = files.filter((file) => /^src\/.*[.]problems[.]ts$/.test(file));
  const named = new Map(
    code
      .filter((file) => file.startsWith('src/'))
      .flatMap((file) => [
        ...textOf(file).matchAll(/ProblemError\(\s*'([a-z-]+)',\s*(\w+)(?:[.](\w+)|\['([\w-]+)'\])?/g),
      ])
      .map(([, given = '', table = '', key, quoted]) => [`${table}.${key ?? quoted ?? ''}`, given]),
  );
  const codes: string[] = [...named.values()];
  for (const file of tables) {
    const exported = (await import(join(ROOT, file))) as Record<string, unknown>;
    for (const [table, value] of Object.entries(exported))
      if (isTable(value))
        for (const [key, spec] of Object.entries(value))
          codes.push(spec.code ?? named.get(`${table}.${key}`) ?? kebab(key));
  }
  return [...new Set(codes)].sort();
};
type Table = Readonly<Record<string, Readonly<{ code?: string }>>>;
const isTable = (value: unknown): value is Table =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every(
    (spec) => typeof spec === 'object' && spec !== null && 'status' in spec && 'title' in spec,
  );

describe('problems', () => {
  it('have a page each, with cause and what to do', async () => {
    const codes = await problemCodes();
    expect(codes).toContain('request-invalid');
    const without = codes.filter((each) => {
      const page = `docs/problems/${each}.md`;
      return (
        !existsSync(join(ROOT, page)) || !/^# .+[\s\S]*^## Cause$[\s\S]*^## What to do$/m.test(textOf(page))
      );
    });
    expect(without).toEqual([]);
  });

  it('have no page for a code that does not exist', async () => {
    const codes = new Set(await problemCodes());
    const pages = files.filter((file) => /^docs\/problems\/(?!README)[^/]+[.]md$/.test(file));
    expect(pages.filter((page) => !codes.has(page.slice('docs/problems/'.length, -'.md'.length)))).toEqual(
      [],
    );
  });
});
