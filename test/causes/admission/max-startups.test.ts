import { causeTest } from '../../cause-test.ts';

causeTest('admission/max-startups');
