#include "trainyard_ranks.h"

#include <gloo/context.h>
#include <gloo/transport/address.h>
#include <gloo/transport/context.h>
#include <gloo/transport/device.h>
#include <gloo/transport/pair.h>
#include <gloo/transport/tcp/device.h>
#include <gloo/transport/unbound_buffer.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

// Ranks over Gloo's TCP pairs. Its collective operations are not used: their order depends on the number of ranks and on
// its version. Only ranks whose numbers differ in one binary digit are connected, since no others speak to each other.

namespace {

// A connection's messages come in order, so all have one slot.
constexpr uint64_t slot = 1;
// More than an address of any transport takes.
constexpr size_t addressRoom = 4096;

std::string key(int from, int to) { return std::to_string(from) + "-" + std::to_string(to); }

class Group : public gloo::Context {
  public:
    Group(int rank, int size, const char *address, int milliseconds, const trainyard_rendezvous &rendezvous)
        : gloo::Context(rank, size), deadline(milliseconds) {
        setTimeout(deadline);
        gloo::transport::tcp::attr attributes(address);
        device_ = gloo::transport::tcp::CreateDevice(attributes);
        transportContext_ = device_->createContext(rank, size);
        transportContext_->setTimeout(deadline);
        for (int distance = 1; distance < size; distance *= 2) {
            const int peer = rank ^ distance;
            const std::vector<char> own = transportContext_->createPair(peer)->address().bytes();
            if (rendezvous.set(rendezvous.context, key(rank, peer).c_str(), own.data(), own.size()) != 0)
                throw std::runtime_error("the address for rank " + std::to_string(peer) + " could not be left");
        }
        for (int distance = 1; distance < size; distance *= 2) {
            const int peer = rank ^ distance;
            std::vector<char> other(addressRoom);
            size_t count = 0;
            const int status = rendezvous.get(
                rendezvous.context, key(peer, rank).c_str(), other.data(), other.size(), &count, milliseconds
            );
            if (status != 0 || count > other.size())
                throw std::runtime_error("rank " + std::to_string(peer) + " has left no address");
            other.resize(count);
            transportContext_->getPair(peer)->connect(other);
        }
    }

    void exchange(int peer, const void *sent, size_t sentCount, void *received, size_t receivedCount) {
        // Gloo takes what it only reads as memory that could be written.
        auto source = createUnboundBuffer(const_cast<void *>(sent), sentCount);
        auto target = createUnboundBuffer(received, receivedCount);
        if (receivedCount > 0) target->recv(peer, slot);
        if (sentCount > 0) source->send(peer, slot);
        if (receivedCount > 0 && !target->waitRecv(deadline)) throw std::runtime_error("a receipt was given up");
        if (sentCount > 0 && !source->waitSend(deadline)) throw std::runtime_error("a sending was given up");
    }

  private:
    const std::chrono::milliseconds deadline;
};

// Runs what may throw, and keeps why it did.
template <typename Body>
int guarded(trainyard_ranks_error *error, Body body) {
    try {
        body();
        return 0;
    } catch (const std::exception &failure) {
        std::snprintf(error->text, sizeof error->text, "%s", failure.what());
    } catch (...) {
        std::snprintf(error->text, sizeof error->text, "an unknown failure");
    }
    return 1;
}

}  // namespace

struct trainyard_ranks {
    Group group;
};

int trainyard_ranks_open(
    int rank,
    int size,
    const char *address,
    int deadline_milliseconds,
    const trainyard_rendezvous *rendezvous,
    trainyard_ranks **group,
    trainyard_ranks_error *error
) {
    *group = nullptr;
    return guarded(error, [&] {
        *group = new trainyard_ranks{Group(rank, size, address, deadline_milliseconds, *rendezvous)};
    });
}

int trainyard_ranks_exchange(
    trainyard_ranks *group,
    int peer,
    const void *sent,
    size_t sent_count,
    void *received,
    size_t received_count,
    trainyard_ranks_error *error
) {
    return guarded(error, [&] { group->group.exchange(peer, sent, sent_count, received, received_count); });
}
