import { causeTest } from '../../cause-test.ts';

causeTest('admission/per-source-penalty');
