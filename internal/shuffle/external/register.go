// SPDX-License-Identifier: Apache-2.0

package external

import (
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// register notes where an executor keeps its files. It answers when that is kept for good: the executor takes the answer
// for leave to go on, and does not tell again.
func (h *handler) register(c *transport.Client, m blockwire.RegisterExecutor, reply transport.RpcReply) {
	id := shuffle.ExecutorID{AppID: m.AppID, ExecID: m.ExecID}
	info := shuffle.ExecutorInfo{LocalDirs: m.LocalDirs, SubDirs: m.SubDirsPerLocalDir, Manager: m.ShuffleManager}
	h.registry.Register(id, info, func(err error) {
		if err != nil {
			h.counters.refused.Add(1)
			if tell := h.listener.Refused; tell != nil {
				tell(id, c.Remote(), err)
			}
			reply.Inline().Failure(err)
			return
		}
		h.counters.registrations.Add(1)
		h.merger.RegisterExecutor(id, info)
		if tell := h.listener.Registered; tell != nil {
			tell(id, info)
		}
		reply.Inline().Success(nil)
	})
}

// mergerID is the executor id that stands for the directories of merged blocks.
const mergerID = "shuffle-push-merger"

// localDirs tells readers of the same host where the files of executors lie. All of them must be registered.
func (h *handler) localDirs(m blockwire.GetLocalDirsForExecutors) ([]byte, error) {
	seen := map[string]bool{}
	var dirs [][]string
	for _, exec := range m.ExecIDs {
		if seen[exec] {
			return nil, transport.IllegalArgument("duplicate element: %.300s", exec)
		}
		seen[exec] = true
		of, err := h.dirsOf(shuffle.ExecutorID{AppID: m.AppID, ExecID: exec})
		if err != nil {
			return nil, err
		}
		dirs = append(dirs, of)
	}
	return blockwire.NewLocalDirsForExecutors(m.ExecIDs, dirs).Append(nil), nil
}

func (h *handler) dirsOf(id shuffle.ExecutorID) ([]string, error) {
	if id.ExecID == mergerID {
		return h.merger.LocalDirs(id.AppID)
	}
	_, info, err := h.registry.Find(id)
	return info.LocalDirs, err
}
