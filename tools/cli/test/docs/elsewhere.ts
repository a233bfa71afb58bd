/** A command of the documentation that is not run beside the others, and where it is run or why it cannot be. */
export interface Elsewhere {
  readonly command: RegExp;
  readonly why: string;
  /** A file, from the root of the repository, and a text in it that would go with what is said here. */
  readonly proof: readonly [file: string, text: string];
}

const clone = 'makes a clone ready or runs for as long as the shop does';

export const elsewhere: readonly Elsewhere[] = [
  {
    command: /^npm ci && npm run pack$/,
    why: clone,
    proof: ['tools/cli/test/docs/followed.int.test.ts', 'pack -- --into'],
  },
  {
    command: /^export (PACKAGES|STREAMS_URL)=/,
    why: 'the followed pages get it as an environment',
    proof: ['tools/cli/test/docs/followed.int.test.ts', 'PACKAGES: packages'],
  },
  {
    command: /^npx @millrace\/cli dev$/,
    why: 'serves until it is stopped',
    proof: ['tools/cli/test/docs/followed.int.test.ts', "'@millrace/cli', 'dev'"],
  },
  { command: /^npm ci && npm (start|test)$/, why: clone, proof: ['.ci/run', 'npm ci'] },
  {
    command: /^((STREAMS_URL|OTEL_\w+)=\S+ )?npm start$/,
    why: clone,
    proof: ['apps/shop-e2e/test/starting.e2e.test.ts', 'started by npm start'],
  },
  {
    command: /^curl -s 127\.0\.0\.1:400[17]\/orders/,
    why: 'needs the shop',
    proof: ['apps/shop-e2e/test/starting.e2e.test.ts', "the README's order"],
  },
  {
    command: /^npm run guide( |$)/,
    why: 'plays pictures, some of them for minutes',
    proof: ['tools/guide/test/interrupt.int.test.ts', 'guide'],
  },
  {
    command: /^npm run chaos /,
    why: 'runs for minutes',
    proof: ['apps/dashboard/src/chaos/chaos.ts', 'runChaos'],
  },
  {
    command: /^npm run console /,
    why: 'serves until it is stopped',
    proof: ['apps/dashboard/test/browser/console.e2e.test.ts', 'console'],
  },
  {
    command: /^npm run screenshots$/,
    why: 'writes the pictures of these pages again',
    proof: ['apps/dashboard/test/fixtures/screenshots.ts', 'docs/images'],
  },
  {
    command: /^(STREAMS_URL=\S+ )?npm run replay /,
    why: 'takes the whole year',
    proof: ['.ci/run', 'npm run --silent replay -- --sales'],
  },
  {
    command: /^(npm run infra -- |eval "\$\(npm run --silent infra)/,
    why: 'needs Docker',
    proof: ['tools/infra/test/stacks.int.test.ts', 'up'],
  },
  {
    command: /^npm run learn/,
    why: 'is a program of its own',
    proof: ['tools/learn/test/exercises.int.test.ts', 'is started and judged as its page says'],
  },
  {
    command: /^npx nx (g driver |test streams-)pigeon$/,
    why: 'writes into the workspace',
    proof: ['tools/generators/test/generators.int.test.ts', 'driver'],
  },
  {
    command: /^alias streams=/,
    why: 'is what stands for the command in a workspace',
    proof: ['package.json', '"streams": "node '],
  },
  { command: /^docker /, why: 'needs Docker', proof: ['tools/infra/test/image.int.test.ts', 'Dockerfile'] },
  {
    command: /^kubectl (create|apply) /,
    why: 'needs a cluster',
    proof: ['tools/infra/test/kubernetes.int.test.ts', 'kustomize'],
  },
  {
    command: /^psql .* from millrace_database\.positions /,
    why: 'needs the shop on PostgreSQL',
    proof: ['libs/service/src/sql/positions.ts', 'create table if not exists positions'],
  },
  {
    command: /^psql .*'drop schema millrace_crm cascade'$/,
    why: 'needs the shop on PostgreSQL',
    proof: ['libs/service/src/sql/open-sql.ts', 'a schema of their own'],
  },
  { command: /^redis-cli -p 7001 cluster nodes$/, why: 'needs a Cluster', proof: ['infra/compose', '7001'] },
  {
    command: /^redis-cli -p 26379 sentinel masters$/,
    why: 'needs a Sentinel',
    proof: ['libs/testing/src/redis/sentinel.ts', 'sentinel'],
  },
  {
    command: /^streams dev$/,
    why: 'serves until it is stopped',
    proof: ['tools/cli/test/process.int.test.ts', 'serves the console'],
  },
  {
    command: /^streams consume \S+ .*--follow/,
    why: 'follows until it is stopped',
    proof: ['tools/cli/test/process.int.test.ts', 'follows until it is stopped'],
  },
];
