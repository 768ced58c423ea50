import { causeTest } from '../../cause-test.ts';

causeTest('auth/keys-command-unsafe');
