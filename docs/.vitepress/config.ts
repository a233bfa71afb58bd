import { copyFileSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineConfig } from 'vitepress';

const folder = join(import.meta.dirname, '..');
const template = 'decisions/0000-template.md';

/** The documentation as a site: the same Markdown that a repository's page shows, with a sidebar and a search. */
export default defineConfig({
  title: 'Millrace',
  description: 'Stream-centred microservices in TypeScript over Redis Streams, Kafka and an embedded log',
  rewrites: {
    'README.md': 'index.md',
    'operations/README.md': 'operations/index.md',
    'performance/README.md': 'performance/index.md',
  },
  srcExclude: [template],
  cleanUrls: true,
  // What lies outside docs/ is code, which the site does not show.
  ignoreDeadLinks: [
    /\.\.\/(libs|apps|tools|infra|findings|README|CONTRIBUTING)/,
    /asyncapi\.json$/,
    /^https?:\/\/(127\.0\.0\.1|localhost)/,
  ],
  // The same as plain Markdown, for who reads without a browser; llms.txt says where to begin.
  buildEnd: ({ outDir, pages: built }) => {
    for (const page of ['llms.txt', 'reference/asyncapi.json', ...built.filter((each) => !each.startsWith('reference/api/'))]) {
      mkdirSync(dirname(join(outDir, page)), { recursive: true });
      copyFileSync(join(folder, page), join(outDir, page));
    }
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: 'deep',
    sidebar: [
      { text: 'Start', items: pages('getting-started', 'tutorial', 'learn') },
      { text: 'How to', items: pages('how-to/*') },
      { text: 'Come from', items: pages('migrating/*') },
      { text: 'Understand', items: pages('architecture', 'explanation/*', 'guarantees', 'guide') },
      { text: 'Choose and run', items: pages('redis-or-kafka', 'operations/*', 'observability') },
      { text: 'Look up', items: pages('reference/*', 'writing-a-driver') },
      { text: 'Performance', collapsed: true, items: pages('performance/*') },
      // Made by `npm run docs:api`, for the site alone.
      { text: 'API', collapsed: true, items: pages('reference/api/@millrace/**/index') },
      { text: 'Decisions', collapsed: true, items: pages('decisions/*') },
    ],
  },
});

interface Page {
  readonly text: string;
  readonly link: string;
}

/** By their own headings. */
function pages(...patterns: readonly string[]): Page[] {
  return patterns.flatMap((pattern) =>
    globSync(`${pattern}.md`, { cwd: folder, exclude: [template] })
      .toSorted()
      .map((file) => ({ text: headingOf(file), link: `/${file.replace(/(README|index)?\.md$/, '')}` })),
  );
}

function headingOf(file: string): string {
  const heading = /^# (.+)$/m.exec(readFileSync(join(folder, file), 'utf8'))?.[1] ?? file;
  return heading.replaceAll('`', '');
}
