import { causeTest } from '../../cause-test.ts';

causeTest('network/middlebox-reset');
