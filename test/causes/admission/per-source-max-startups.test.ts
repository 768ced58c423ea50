import { causeTest } from '../../cause-test.ts';

causeTest('admission/per-source-max-startups');
