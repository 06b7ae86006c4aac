import type { NextConfig } from 'next';
import path from 'node:path';

const config: NextConfig = {
  // The lock file is two folders up, beside the tests.
  turbopack: { root: path.resolve(import.meta.dirname, '../..') },
};

export default config;
